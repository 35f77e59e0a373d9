"""Scores: answers to questionnaires, scored by their published rules."""
