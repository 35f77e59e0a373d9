"""Measures: every instrument of one patient drawn, listed and exported."""
