"""Drafts: typed text kept on the server until its form is saved."""
