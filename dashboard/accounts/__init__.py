"""Accounts: who signs in, how, and what admins do about it."""
