"""Doors to the outside, a folder each."""
