"""Prescriptions written elsewhere, with the checks that the law asks before each of them."""
