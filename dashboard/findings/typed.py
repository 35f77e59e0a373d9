"""What was typed for a value, looked at before anything is kept: taken, asked about, or refused.

Nothing is guessed from a number: a value that is unusual in its unit comes back with what it may
have meant, and is kept only when a person stands by exactly this value in exactly this unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from dashboard.clinical.clearance.findings import plain_number, pressure
from dashboard.clinical.clearance.kinds import Entry, Form, Kind, unit_name

WITH_UNIT = re.compile(r"([-+]?[0-9][0-9.,]*)\s*([^\s0-9.,].*)", re.ASCII)
BEYOND = re.compile(r"[<>≤≥]")
THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+", re.ASCII)
SLIPS = (Fraction(1, 10), Fraction(10), Fraction(1, 100), Fraction(100))
PRESSURE_UNIT = "mmHg"
# Kinds whose units are plausible in each other's place: 142 is a weight in lb and in kg.
COMPARED = frozenset({"weight_kg", "height_cm"})


class At(StrEnum):
    """Which of a row's fields something is said at."""

    VALUE = "value"
    UNIT = "unit"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One row as it was typed; `kept` is the value and unit a person stands by."""

    value: str
    unit: str = ""
    low: str = ""
    high: str = ""
    kept: str = ""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A row that was looked at: what to keep, or what is wrong, or what is asked first."""

    value: str
    unit: str
    is_confirmed: bool = False
    problem: str = ""
    question: str = ""
    at: At = At.VALUE

    @property
    def stands_for(self) -> str:
        """The value and unit that a confirmation is for."""
        return f"{self.value} {self.unit}".strip()


def look(kind: Kind, typed: Typed, *, last: Fraction | None = None) -> Looked:
    """Look at one typed value of a kind; `last` is the newest on record, in the rules' own unit."""
    if kind.form is Form.PRESSURE:
        return _pressure(kind, typed)
    if kind.form in {Form.NUMBER, Form.WHOLE}:
        return _number(kind, typed, last)
    return Looked(value=typed.value, unit="")


def _number(kind: Kind, typed: Typed, last: Fraction | None) -> Looked:
    text, told = _parted(typed.value)
    if told:
        entry = kind.entry(told)
        if entry is None:
            return _problem(
                text, typed.unit, f"It is entered in {_units(kind)}: {told} cannot be converted."
            )
        if typed.unit and entry.unit != typed.unit:
            return _problem(
                text,
                typed.unit,
                f"You typed {told} and chose {typed.unit}. "
                "Choose the unit that is printed beside the value.",
                At.UNIT,
            )
    entry = kind.entry(told or typed.unit) if told or typed.unit else None
    if entry is None:
        chosen = f"{typed.unit} is not a unit of it. " if typed.unit else ""
        return _problem(text, typed.unit, f"{chosen}Choose its unit: {_units(kind)}.", At.UNIT)
    return _in_unit(kind, text, entry, typed, last)


def _in_unit(kind: Kind, text: str, entry: Entry, typed: Typed, last: Fraction | None) -> Looked:
    if THOUSANDS.fullmatch(text):
        return _problem(
            text,
            entry.unit,
            "This comma can be read in two ways. Write the number "
            "without it, with a point for decimals.",
        )
    try:
        amount = plain_number(text)
    except ValueError:
        words = "Enter a number, such as 4.2."
        if BEYOND.search(text):
            words = "Enter the number without < or >; what the laboratory wrote goes into the note."
        return _problem(text, entry.unit, words)
    if kind.form is Form.WHOLE and amount.denominator != 1:
        return _problem(text, entry.unit, "Enter a whole number.")
    if wrong := _interval(typed, entry):
        return Looked(value=text, unit=entry.unit, problem=wrong[1], at=wrong[0])
    looked = _in_range(kind, text, amount, entry, typed.kept)
    if last is None or looked.problem or looked.question or looked.is_confirmed:
        return looked
    return _beside_the_last(kind, looked, amount, entry, kept=typed.kept, last=last)


def _beside_the_last(
    kind: Kind, looked: Looked, amount: Fraction, entry: Entry, *, kept: str, last: Fraction
) -> Looked:
    """Ask for the unit where the number lies nearer to the last value in another; no number shown.

    Nearness is the ratio of two values, which needs no limit of its own.
    """
    nearest = min(kind.entries, key=lambda one: _ratio(one.canonical(amount), last))
    if _ratio(nearest.canonical(amount), last) == _ratio(entry.canonical(amount), last):
        return looked
    if kept == looked.stands_for:
        return replace(looked, is_confirmed=True)
    return replace(
        looked,
        question=f"In {nearest.unit} this would be nearer to the last {kind.label.lower()} on "
        f"record than in {entry.unit}. Which unit is it? Correct it, or keep {looked.stands_for} "
        "below.",
    )


def _ratio(one: Fraction, other: Fraction) -> Fraction:
    """Return by what factor two amounts differ, 1 or more: it orders as their logarithms do."""
    return max(one / other, other / one)


def _in_range(kind: Kind, text: str, amount: Fraction, entry: Entry, kept: str) -> Looked:
    meant = _meant(kind, amount, entry)
    if entry.outer and not entry.outer[0] <= amount <= entry.outer[1]:
        return _problem(
            text,
            entry.unit,
            f"{text} {entry.unit} is not possible ({_span(entry.outer)} {entry.unit}).{meant} "
            "Check the value and its unit.",
        )
    looked = Looked(value=text, unit=entry.unit)
    if entry.accepted is None or entry.accepted[0] <= amount <= entry.accepted[1]:
        return looked
    if kept == looked.stands_for:
        return Looked(value=text, unit=entry.unit, is_confirmed=True)
    return Looked(
        value=text,
        unit=entry.unit,
        question=f"Outside the usual range ({_span(entry.accepted)} {entry.unit}).{meant} "
        f"Correct it, or keep {text} {entry.unit} below.",
    )


def what_was_meant(kind: Kind, text: str, unit: str) -> str:
    """Say what a doubtful number in a unit may have meant, "" where nothing suggests itself."""
    entry = kind.entry(unit)
    try:
        return _meant(kind, plain_number(text), entry).strip() if entry else ""
    except ValueError:
        return ""


def _meant(kind: Kind, amount: Fraction, entry: Entry) -> str:
    """Say what the value may have meant: the same number in another unit, or a slipped point."""
    for other in kind.entries:
        is_another = other.accepted is not None and other.accepted != entry.accepted
        if is_another and other.accepted and other.accepted[0] <= amount <= other.accepted[1]:
            return f" Did you mean {_plain(amount)} {other.unit}?"
    if entry.accepted and amount:
        for slip in SLIPS:
            if entry.accepted[0] <= amount * slip <= entry.accepted[1]:
                return f" Did you mean {_plain(amount * slip)}?"
    return ""


def _interval(typed: Typed, entry: Entry) -> tuple[At, str] | None:
    ends: dict[At, Fraction] = {}
    for at, text in ((At.LOW, typed.low), (At.HIGH, typed.high)):
        if text:
            try:
                ends[at] = entry.canonical(plain_number(text))
            except ValueError:
                return at, "Enter the laboratory's own limit as a number, such as 3.5."
    if len(ends) == len({At.LOW, At.HIGH}) and ends[At.LOW] > ends[At.HIGH]:
        return At.HIGH, "The laboratory's upper limit lies below its lower one."
    return None


def _pressure(kind: Kind, typed: Typed) -> Looked:
    text = typed.value.casefold().removesuffix("mmhg").strip()
    try:
        pressure(text)
    except ValueError:
        return _problem(typed.value, PRESSURE_UNIT, "Write the blood pressure as 118/74.")
    looked = Looked(value="".join(text.split()), unit=PRESSURE_UNIT)
    if typed.kept == looked.stands_for:
        return Looked(value=looked.value, unit=PRESSURE_UNIT, is_confirmed=True)
    return looked


def spread(line: str, names: Iterator[str] | tuple[str, ...]) -> Mapping[str, str]:
    """Part one line such as "118/74 64 98.6" into the fields of `names`, in their order.

    Pressures go to the names that begin with "bp", numbers to the others. Raise ValueError with a
    sentence for what cannot be parted.
    """
    found: dict[str, str] = {}
    left = list(names)
    for part in line.replace(";", " ").replace(", ", " ").split():
        is_pressure = "/" in part
        here = [name for name in left if name.startswith("bp") is is_pressure]
        if not here:
            raise ValueError(f"There is no place for {part[:20]!r}. Write 118/74 116/72 64 98.6.")
        found[here[0]] = part
        left.remove(here[0])
    return found


def _parted(text: str) -> tuple[str, str]:
    """Part a number from a unit typed behind it."""
    found = WITH_UNIT.fullmatch(text.strip())
    return (found[1], unit_name(found[2])) if found else (text.strip(), "")


def _problem(value: str, unit: str, words: str, at: At = At.VALUE) -> Looked:
    return Looked(value=value, unit=unit, problem=words, at=at)


def _units(kind: Kind) -> str:
    return " or ".join(entry.unit for entry in kind.entries)


def _span(ends: tuple[Fraction, Fraction]) -> str:
    return f"{_plain(ends[0])} to {_plain(ends[1])}"


def _plain(value: Fraction) -> str:
    return f"{float(value):g}"
