"""Licences: in which states a physician may treat, under which number, until when."""
