"""Measuring this checkout: `make bench` fills a practice, times its pages, writes the table."""
