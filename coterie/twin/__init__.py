"""The operation in memory, under the very policy that runs live. Pure: no clock, no database, no web."""
