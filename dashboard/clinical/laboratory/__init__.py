"""How laboratories write: names and codes of results, spellings of units, words for no result.

Everything here is read from versioned files with their sources; nothing is matched by likeness.
"""
