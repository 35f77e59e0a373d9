"""Vital signs: read from what is typed, guarded against typing errors, written for the chart.

Weight is left out unless it is asked for: the screen is often shared with the patient.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from dashboard.clinical import quantities
from dashboard.clinical.quantities import NotANumber, Quantity, TwoReadings, TypingGuard, Unit
from dashboard.visits.models import Posture, VitalKey, VitalSign

BLOOD_PRESSURE = re.compile(r"(\d{2,3}) ?[/ ] ?(\d{2,3})", re.ASCII)
WHOLE = re.compile(r"\d{1,3}", re.ASCII)
LABELS: Mapping[VitalKey, str] = MappingProxyType(
    {
        VitalKey.HEART_RATE: "Heart rate",
        VitalKey.SPO2: "SpO2",
        VitalKey.TEMPERATURE: "Temperature",
        VitalKey.RESPIRATORY_RATE: "Respiratory rate",
        VitalKey.HEIGHT: "Height",
        VitalKey.WEIGHT: "Weight",
    }
)
TYPING_GUARDS: Mapping[VitalKey, tuple[TypingGuard, ...]] = MappingProxyType(
    {
        VitalKey.SYSTOLIC: quantities.SYSTOLIC,
        VitalKey.DIASTOLIC: quantities.DIASTOLIC,
        VitalKey.HEART_RATE: quantities.HEART_RATE,
        VitalKey.SPO2: quantities.SPO2,
        VitalKey.TEMPERATURE: quantities.TEMPERATURE,
        VitalKey.RESPIRATORY_RATE: quantities.RESPIRATORY_RATE,
        VitalKey.WEIGHT: quantities.WEIGHT,
        VitalKey.HEIGHT: quantities.HEIGHT,
    }
)
WITH_DECIMALS = frozenset({VitalKey.TEMPERATURE, VitalKey.WEIGHT, VitalKey.HEIGHT})
WRITTEN_TO = MappingProxyType({Unit.CELSIUS: 1, Unit.KILOGRAM: 1, Unit.CENTIMETRE: 1})


class Mistyped(ValueError):
    """The value cannot have been meant; the message says what to type."""


@dataclass(frozen=True)
class Vital:
    """One measured value as typed, with its unit."""

    key: VitalKey
    typed: str
    unit: Unit
    posture: Posture = Posture.NOT_SAID

    @property
    def quantity(self) -> Quantity:
        """The value, exact."""
        return Quantity.of(self.typed, self.unit)

    @property
    def canonical(self) -> Decimal:
        """The value in the unit that trends use, to four places."""
        return self.quantity.canonical.rounded()


@dataclass(frozen=True)
class VitalLine:
    """One line of a note's vital signs."""

    label: str
    value: str


def read(key: VitalKey, typed: str, unit: Unit) -> Vital:
    """Return a typed measurement, or raise `Mistyped`."""
    example = "36.6" if key in WITH_DECIMALS else "72"
    if key not in WITH_DECIMALS and not WHOLE.fullmatch(typed):
        raise Mistyped(f"Enter a whole number, such as {example}.")
    try:
        quantity = Quantity.of(typed, unit)
    except TwoReadings as unclear:
        raise Mistyped(str(unclear)) from None
    except NotANumber:
        raise Mistyped(f"Enter a number, such as {example}.") from None
    guard = quantities.guard_for(TYPING_GUARDS[key], unit)
    if not guard.holds(quantity):
        raise Mistyped(f"Check the number and its unit: {typed} is not within {guard.words}.")
    return Vital(key, typed, unit)


def read_blood_pressure(typed: str, posture: Posture) -> tuple[Vital, Vital]:
    """Return systolic and diastolic of a text such as 118/74, or raise `Mistyped`."""
    match = BLOOD_PRESSURE.fullmatch(typed)
    if not match:
        raise Mistyped("Write blood pressure as 118/74.")
    upper, lower = (
        read(key, number, Unit.MMHG)
        for key, number in zip((VitalKey.SYSTOLIC, VitalKey.DIASTOLIC), match.groups(), strict=True)
    )
    if int(lower.typed) >= int(upper.typed):
        raise Mistyped("Write the systolic pressure first and the lower, diastolic one second.")
    return tuple(Vital(v.key, v.typed, v.unit, posture) for v in (upper, lower))  # type: ignore[return-value]


def of(rows: Iterable[VitalSign]) -> tuple[Vital, ...]:
    """Return stored vital signs as values, in the order of their names."""
    found = (Vital(row.key, row.typed, Unit(row.unit), row.posture) for row in rows)
    return tuple(sorted(found, key=lambda vital: vital.key.value))


def without_weight(vitals: Iterable[Vital]) -> tuple[Vital, ...]:
    """Return the vital signs that may stand on a page unasked."""
    return tuple(vital for vital in vitals if vital.key is not VitalKey.WEIGHT)


def lines(vitals: Iterable[Vital]) -> tuple[VitalLine, ...]:
    """Write vital signs for reading: blood pressure first, each as typed, converted beside it."""
    by_key = {vital.key: vital for vital in vitals}
    written = [VitalLine(LABELS[key], words(by_key[key])) for key in LABELS if key in by_key]
    if VitalKey.SYSTOLIC in by_key:
        written.insert(0, VitalLine("Blood pressure", _pressure(by_key)))
    return tuple(written)


def words(vital: Vital) -> str:
    """Write one value with its unit: 98.6 °F (37.0 °C)."""
    typed, other = f"{vital.typed} {vital.unit}", vital.quantity.canonical
    if other.unit is vital.unit:
        return typed
    return f"{typed} ({other.rounded(WRITTEN_TO[other.unit])} {other.unit})"


def _pressure(by_key: Mapping[VitalKey, Vital]) -> str:
    upper, lower = by_key[VitalKey.SYSTOLIC], by_key[VitalKey.DIASTOLIC]
    placed = "" if upper.posture is Posture.NOT_SAID else f", {upper.posture.value}"
    return f"{upper.typed}/{lower.typed} mmHg{placed}"
