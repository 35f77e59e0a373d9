"""Registering a patient: once, however often it is sent, with a second look at a lookalike."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.patients import registration
from dashboard.patients.areas import patients


@patients.route("/patients/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def register() -> ResponseReturnValue:
    """Register a patient."""
    return registration.page()
