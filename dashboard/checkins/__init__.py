"""Check-ins: what patients are asked and when, the private link, and the pages they answer on."""
