"""The chart's first page: trends beside visits."""
