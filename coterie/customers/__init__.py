"""Customers: who they are, how they are known, where their home is."""
