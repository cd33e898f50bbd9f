"""Benchmarks: each prints a ratio, both sides of it measured in one run."""
