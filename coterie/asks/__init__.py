"""Help on a case: who is asked, in which order, for how long, and what they say. It never moves the case."""
