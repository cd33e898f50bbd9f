"""A plan tried on the twin: the scenario that goes in, and what came out, in words and pictures. Pure."""
