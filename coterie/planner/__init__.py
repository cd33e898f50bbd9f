"""The transformation lead's screens: the map, people, waves, and both worlds side by side."""
