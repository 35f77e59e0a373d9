"""Visits: what was said, found, judged and planned, signed and sealed."""
