"""A past for a database: half a year of customers who wrote and were answered, loaded in bulk."""

from benchmarks.past.load import Past, customer_ref, load

__all__ = ["Past", "customer_ref", "load"]
