"""The worst values of an adverse event as typed: read, questioned or refused as readings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from wtforms import BooleanField, Field

from dashboard import formats
from dashboard.clinical import home_session
from dashboard.clinical.adverse_events import Worst, called_by
from dashboard.clinical.clearance import Pressure, Rejected
from dashboard.clinical.home_session import SessionReading

YES, NO, NOT_ASKED = "yes", "no", "not asked"


@dataclass(frozen=True)
class TypedWorst:
    """The fields of the worst values; what cannot be meant is told at its field."""

    pressure: Field
    saturation: Field
    breaths: Field
    are_measured: BooleanField
    has_symptoms: Field

    @property
    def has_errors(self) -> bool:
        """Whether one of the values was refused."""
        return any(one.errors for one in (self.pressure, self.saturation, self.breaths))

    def read(self, at: dt.datetime) -> Worst | None:
        """Return the values; None when one of them was refused."""
        pressure = self._one(self.pressure, at, form="{}")
        saturation = self._one(self.saturation, at, form="- - {}")
        breaths = self._one(self.breaths, at, form="-", is_breaths=True)
        questions = [
            words for one in (pressure, saturation, breaths) if one for words in one.questions
        ]
        if questions:
            self.are_measured.errors = [" ".join(questions)]
        if self.has_errors:
            return None
        self._ask_symptoms(pressure.pressure if pressure else None)
        return Worst(
            pressure=pressure.pressure if pressure else None,
            saturation=saturation.saturation if saturation else None,
            breaths=breaths.breaths if breaths else None,
            has_symptoms={YES: True, NO: False}.get(self.has_symptoms.data or ""),
        )

    def _one(
        self, field: Field, at: dt.datetime, *, form: str, is_breaths: bool = False
    ) -> SessionReading | None:
        typed = field.data or ""
        if not typed or field.errors:
            return None
        try:
            if len(typed.split()) > 1:
                raise Rejected(f"“{typed}” is more than one value")
            read = home_session.typed_reading(
                form.format(typed), at=at, zone=formats.zone(),
                breaths=typed if is_breaths else "", is_confirmed=bool(self.are_measured.data),
            )  # fmt: skip
            if any(one.denominator != 1 for one in _numbers(read)):
                raise Rejected(f"{typed} is not a whole number")
        except Rejected as problem:
            field.errors = [_sentence(str(problem))]
            return None
        return read

    def _ask_symptoms(self, pressure: Pressure | None) -> None:
        """Ask about symptoms where a limit of the list rests on them."""
        is_asked = any(not one.is_certain for one in called_by(Worst(pressure=pressure)))
        if is_asked and self.has_symptoms.data not in {YES, NO, NOT_ASKED}:
            self.has_symptoms.errors = [
                f"With a pressure of {pressure} it matters whether there were symptoms. "
                "“Nobody asked” is an answer."
            ]


def _numbers(read: SessionReading) -> list[Fraction]:
    upper = (read.pressure.systolic, read.pressure.diastolic) if read.pressure else ()
    return [one for one in (*upper, read.saturation, read.breaths) if one is not None]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
