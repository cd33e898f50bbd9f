"""A log of another system lived again by communities, and both beside each other."""
