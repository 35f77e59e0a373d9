"""Findings as they enter: kept as typed, converted exactly, questioned or refused, never guessed.

Inside the accepted range of its unit a value is taken; outside it is questioned, and a questioned
value is never judged better than as typed; outside the outer range it is refused.
Source: clearance decisions section 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from dashboard.clinical.clearance.kinds import Entry, Form, Kind, unit_name
from dashboard.clinical.clearance.limits import NUMBER, Value
from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.quantities import refuse_two_readings

Typed = str | int | Decimal | bool
MOST_DIGITS = 20
SIGNED = re.compile(r"fall|drop|rise|loss|delta|early")
PRESSURE = re.compile(r"(\d{2,3})\s*/\s*(\d{2,3})", re.ASCII)
YES_OR_NO: Mapping[str, bool] = {
    "true": True,
    "yes": True,
    "y": True,
    "false": False,
    "no": False,
    "n": False,
}
RESULTS = ("negative", "positive", "indeterminate")
LEVELS = ("none", "mild", "severe")
SHORT_RESULTS = {"neg": "negative", "pos": "positive"}
ABNORMAL_FLAGS = frozenset({"H", "HH", "L", "LL", "A", "AA", "HIGH", "LOW", "ABNORMAL", "*"})
STATED = frozenset({"stated", "self-report", "self_report", "self report", "patient", "reported"})


class Rejected(ValueError):
    """A value that cannot be taken as typed; the message says which, why, and what is possible."""


@dataclass(frozen=True)
class Pressure:
    """One reading of blood pressure, mmHg."""

    systolic: Fraction
    diastolic: Fraction

    def __str__(self) -> str:
        return f"{self.systolic}/{self.diastolic}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One value of one kind on one day, canonical beside what was typed.

    `on` is the day of collection in the practice's time zone; `at` the instant, where known.
    """

    kind: str
    value: Value | Pressure
    on: date
    entered: str
    unit: str = ""
    at: datetime | None = None
    question: str | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    is_flagged: bool = False
    is_stated: bool = False
    is_confirmed: bool = False
    expires_on: date | None = None
    origin: str = ""

    def is_before(self, other: Finding) -> bool:
        """Whether it was certainly collected earlier."""
        if self.on != other.on or self.at is None or other.at is None:
            return self.on < other.on
        return self.at < other.at


@dataclass(frozen=True, kw_only=True)
class Collection:
    """How a value came about: when, from whom, with which interval of the laboratory."""

    on: date
    at: datetime | None = None
    resulted_on: date | None = None
    ref_low: Typed | None = None
    ref_high: Typed | None = None
    flag: str = ""
    source: str = ""
    is_confirmed: bool = False
    expires_on: date | None = None
    origin: str = ""


def read(
    kind: str, *, value: Typed | Pressure, unit: str | None, taken: Collection, rules: RuleSet
) -> Finding:
    """Read one typed value; raise `Rejected` when it cannot be one of this kind and unit."""
    known = kind_of(kind, rules=rules)
    if known.form is Form.PRESSURE:
        return _pressure(known, value, unit, taken)
    if isinstance(value, Pressure):
        raise Rejected(f"{kind}: a blood pressure cannot be a value of it")
    if known.form in {Form.NUMBER, Form.WHOLE}:
        return _number(known, value, unit, taken)
    return _word(known, value, unit, taken)


def kind_of(kind: str, *, rules: RuleSet) -> Kind:
    """Return a kind by name; raise `Rejected` for one that is not known."""
    try:
        return rules.kinds[kind]
    except KeyError:
        raise Rejected(f"{kind}: this kind is not known") from None


def pressure(text: str) -> Pressure:
    """Read "118/74"; raise ValueError."""
    found = PRESSURE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a blood pressure such as 118/74")
    return Pressure(Fraction(found[1]), Fraction(found[2]))


def plain_number(value: Typed) -> Fraction:
    """Read a number exactly; raise ValueError for anything else."""
    if isinstance(value, bool):
        raise ValueError("a yes or no is no number")
    if isinstance(value, str):
        refuse_two_readings(value)
        text = value.strip().replace(",", ".")
        if not NUMBER.fullmatch(text) or len(text) > MOST_DIGITS:
            raise ValueError(f"{value[:MOST_DIGITS]!r} is not a plain number")
        return Fraction(text)
    exact = Decimal(value)
    if not exact.is_finite() or abs(exact.adjusted()) > MOST_DIGITS:
        raise ValueError("this is no number that a chart can hold")
    return Fraction(exact)


def _number(kind: Kind, value: Typed, unit: str | None, taken: Collection) -> Finding:
    entry = _entry(kind, unit)
    amount = _amount(kind, value)
    refused = _refusal(kind, amount, entry)
    if refused:
        raise Rejected(f"{kind.name}: {refused}")
    return _finding(
        kind, entry.canonical(amount), f"{value} {entry.unit}", taken,
        unit=entry.unit,
        question=_question(amount, entry, taken),
        low=_reference(kind, taken.ref_low, entry),
        high=_reference(kind, taken.ref_high, entry),
    )  # fmt: skip


def _amount(kind: Kind, value: Typed) -> Fraction:
    try:
        amount = plain_number(value)
    except ValueError as error:
        raise Rejected(f"{kind.name}: {error}") from None
    if kind.form is Form.WHOLE and amount.denominator != 1:
        raise Rejected(f"{kind.name}: {value} is not a whole number")
    return amount


def _entry(kind: Kind, unit: str | None) -> Entry:
    entry = kind.entry(unit)
    if entry is None:
        known = ", ".join(e.unit for e in kind.entries)
        raise Rejected(f"{kind.name}: {unit} cannot be converted; it is entered in {known}")
    return entry


def _refusal(kind: Kind, amount: Fraction, entry: Entry) -> str | None:
    if entry.outer and not entry.outer[0] <= amount <= entry.outer[1]:
        low, high = (_short(end) for end in entry.outer)
        return (
            f"{_short(amount)} {entry.unit} is not possible ({low} to {high}); "
            "check the value and its unit"
        )
    if amount < 0 and not entry.outer and not SIGNED.search(kind.name):
        return f"{_short(amount)} {entry.unit} is below zero"
    return None


def _question(amount: Fraction, entry: Entry, taken: Collection) -> str | None:
    if taken.is_confirmed:
        return None
    if taken.resulted_on is not None and taken.resulted_on < taken.on:
        return "collected after it was resulted"
    if entry.accepted and not entry.accepted[0] <= amount <= entry.accepted[1]:
        low, high = (_short(end) for end in entry.accepted)
        return f"{_short(amount)} is unusual in {entry.unit} ({low} to {high})"
    return None


def _reference(kind: Kind, value: Typed | None, entry: Entry) -> Fraction | None:
    if value is None or value == "":
        return None
    try:
        return entry.canonical(plain_number(value))
    except ValueError as error:
        raise Rejected(f"{kind.name}: the laboratory's interval: {error}") from None


def _word(kind: Kind, value: Typed, unit: str | None, taken: Collection) -> Finding:
    if unit and unit not in {kind.unit, kind.form.value}:
        raise Rejected(f"{kind.name}: it is answered with {kind.form.value}, without {unit}")
    told = str(value).strip().casefold()
    meant: Mapping[str, bool | str]
    if kind.form is Form.TRUTH:
        meant = YES_OR_NO if isinstance(value, bool | str) else {}
    elif kind.form is Form.RESULT:
        meant = {**SHORT_RESULTS, **{word: word for word in RESULTS}}
    else:
        meant = {word: word for word in LEVELS}
    if told not in meant:
        raise Rejected(f"{kind.name}: {value!r} is not {kind.form.value}")
    return _finding(kind, meant[told], told, taken)


def _pressure(kind: Kind, value: Typed | Pressure, unit: str | None, taken: Collection) -> Finding:
    if unit and unit_name(unit).casefold() != "mmhg":
        raise Rejected(f"{kind.name}: {unit} cannot be converted; it is entered in mmHg")
    try:
        reading = value if isinstance(value, Pressure) else pressure(str(value))
    except ValueError as error:
        raise Rejected(f"{kind.name}: {error}") from None
    if not (50 <= reading.systolic <= 260 and 20 <= reading.diastolic <= 160):
        raise Rejected(f"{kind.name}: {reading} is not possible (50 to 260 over 20 to 160)")
    question = None
    if not taken.is_confirmed:
        question = _pressure_question(reading)
    return _finding(kind, reading, f"{reading} mmHg", taken, unit="mmHg", question=question)


def _pressure_question(reading: Pressure) -> str | None:
    """Return what is odd about a reading; ranges from clearance decisions section 7."""
    if reading.diastolic >= reading.systolic:
        return f"{reading}: diastolic is not below systolic"
    if not (70 <= reading.systolic <= 200 and 35 <= reading.diastolic <= 120):
        return f"{reading} is unusual (70 to 200 over 35 to 120)"
    return None


def _finding(
    kind: Kind,
    value: Value | Pressure,
    entered: str,
    taken: Collection,
    *,
    unit: str = "",
    question: str | None = None,
    low: Fraction | None = None,
    high: Fraction | None = None,
) -> Finding:
    return Finding(
        kind=kind.name,
        value=value,
        on=taken.on,
        at=taken.at,
        entered=entered,
        unit=unit,
        question=question,
        low=low,
        high=high,
        is_flagged=taken.flag.strip().upper() in ABNORMAL_FLAGS,
        is_stated=taken.source.strip().casefold() in STATED,
        is_confirmed=taken.is_confirmed,
        expires_on=taken.expires_on,
        origin=taken.origin or taken.source,
    )


def _short(value: Fraction) -> str:
    return f"{float(value):g}"
