"""Territories: areas with neighbours become communities of like size, each in one piece.

`draw.draw` makes them and needs numba, numpy and pymetis; `moves` and `effects` change a plan by hand and need nothing.
"""
