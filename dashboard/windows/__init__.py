"""Windows: the hours after a dose, and the contacts booked, held and missed in them."""
