"""Findings: measured values and dated answers, as they were told, never rewritten."""
