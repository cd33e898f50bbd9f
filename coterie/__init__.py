"""Coterie: customer care by communities of experts."""

__version__ = "0.1.0"
