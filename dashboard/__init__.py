"""Casement: a physician's dashboard for ketamine-assisted treatment of eating disorders."""
