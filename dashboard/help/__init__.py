"""Help: the keyboard, and what the words mean."""
