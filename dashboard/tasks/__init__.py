"""Tasks: what somebody of the practice has to do about a patient, and what became of it."""
