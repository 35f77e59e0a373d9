"""Photographs of every page of the demo practice, to be looked at: `python -m tests.screenshots`."""
