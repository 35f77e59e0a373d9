"""Medical clearance."""
