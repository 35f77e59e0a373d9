"""The blood pressure before the dose, from the answers of the pre-flight."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dashboard.clinical.clearance import Pressure
from dashboard.sessions import answering
from dashboard.sessions.models import Part, SessionAnswer, TreatmentSession


def pressure_before(session: TreatmentSession) -> Pressure | None:
    """Return the pressure before the dose: the later of the pre-flight's two readings."""
    return pressure_in(answering.newest(session, Part.PREFLIGHT))


def pressure_in(held: Mapping[str, SessionAnswer]) -> Pressure | None:
    """Return the pressure before the dose, of the answers of a pre-flight."""
    for key in ("second_pressure", "first_pressure"):
        upper, _, lower = held[key].value.partition("/") if key in held else ("", "", "")
        if upper.strip().isdigit() and lower.strip().isdigit():
            return Pressure(Fraction(upper.strip()), Fraction(lower.strip()))
    return None
