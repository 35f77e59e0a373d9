"""Photographs of every page of the demo practice: `python -m tests.screenshots`."""
