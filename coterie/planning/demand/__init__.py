"""How many contacts come, when, of which kind and how long each takes. Pure."""
