"""Referrals: the practice's public free assessment, and what its physicians decide about it."""
