"""Sessions: the doses that were given."""
