"""Alerts: what must not be missed, with an owner and a clock, until somebody says what was done."""
