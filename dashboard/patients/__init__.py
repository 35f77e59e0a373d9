"""Patients: who they are, who treats them, and who may see them."""
