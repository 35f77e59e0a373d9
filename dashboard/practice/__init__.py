"""The practice: its name, telephone, time zone and the states it serves."""
