"""Regions, sites, communities, territories, experts: who serves whom, where they sit and when they are there."""
