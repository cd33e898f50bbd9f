"""From work to positions, and from positions to people. Pure."""
