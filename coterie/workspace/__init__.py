"""The expert's screen: composes what the slices below show, and passes every verb on to them."""
