"""Informed consent: its texts, who agreed to what, whether it still holds, and the evidence."""
