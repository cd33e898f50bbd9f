"""From a scenario to the columns of a world."""
