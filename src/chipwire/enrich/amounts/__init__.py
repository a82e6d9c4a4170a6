"""Figures: numbers, multipliers and units as each language writes them."""
