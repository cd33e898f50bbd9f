"""Measuring a server from outside: load on it, and what the load cost."""
