"""From what is typed to answers, and back; what cannot be is said at its input.

Nothing is changed silently: an unusual number is asked about, with what may have been meant; it is
confirmed as typed, corrected, or kept as a question that the section names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from dashboard.clinical.quantities import NotANumber, Quantity, TwoReadings, Unit
from dashboard.intake import partial
from dashboard.intake.answers import Amount, Answer, Content, Plain
from dashboard.intake.definition import (
    NONE,
    Choice,
    Day,
    Field,
    Measured,
    Narrative,
    Number,
    Rows,
    Section,
    Several,
    ShortText,
    Unsaid,
    YesNo,
)
from dashboard.intake.plausible import question_measured, question_number

Typed = Mapping[str, str | tuple[str, ...]]
UNSAID, UNIT, SURE, PUT = "-unsaid", "-unit", "-sure", "-put"
UNSAIDS = frozenset(member.value for member in Unsaid)
FEET = re.compile(
    r"([1-9])\s*(?:['’′]|ft\.?|feet|foot)\s*"
    r"(?:(1[01](?:[.,]\d{1,2})?|\d(?:[.,]\d{1,2})?)\s*(?:[\"”″]|''|in\.?|inches)?)?",
    re.ASCII | re.IGNORECASE,
)
INCHES = "in"
BOTH = "There is an answer here and also “{}”. Keep one of the two."


@dataclass(frozen=True)
class Bounds:
    """What limits dates: nobody is ill before birth, and nothing happened after today."""

    born_on: dt.date
    today: dt.date
    read_day: Callable[[str], dt.date]


@dataclass
class Reading:
    """What was read: values by field, and by input what cannot be and what is asked about."""

    values: dict[str, Plain | Unsaid] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)


def read(section: Section, typed: Typed, *, bounds: Bounds) -> Reading:
    """Read every field of a section."""
    found = Reading()
    for one in section.asked:
        _read_field(one, typed, bounds, found)
    return found


def inputs(section: Section, content: Content) -> dict[str, str | tuple[str, ...]]:
    """Return what the form shows for stored answers: the inverse of `read`."""
    shown: dict[str, str | tuple[str, ...]] = {}
    for one in section.asked:
        if one.key in content:
            shown.update(_inputs(one, content[one.key]))
    return shown


def cell(rows: Rows, number: int, column: Field) -> str:
    """Return the name of one input of a list."""
    return f"{rows.key}-{number}-{column.key}"


def words_of(amount: Amount) -> str:
    """Write a number with its unit; feet and inches carry theirs."""
    return amount.typed if FEET.fullmatch(amount.typed) else f"{amount.typed} {amount.unit}"


def exact(amount: Amount) -> Fraction:
    """Return the number as typed, exactly; feet and inches in inches."""
    return feet_and_inches(amount.typed) or Fraction(amount.typed.replace(",", "."))


def feet_and_inches(text: str) -> Fraction | None:
    """Return 5'4.5", 5 ft 4 in or 5 ft in inches; None for anything else."""
    found = FEET.fullmatch(text)
    if found is None:
        return None
    return 12 * int(found[1]) + Fraction((found[2] or "0").replace(",", "."))


def _read_field(one: Field, typed: Typed, bounds: Bounds, found: Reading) -> None:
    if isinstance(one, YesNo | Choice):
        said = _text(typed, one.key)
        if said in UNSAIDS:
            found.values[one.key] = Unsaid(said)
            return
    unsaid = _text(typed, one.key + UNSAID)
    trouble = len(found.problems)
    value = _value(one, one.key, typed, bounds, found)
    if len(found.problems) > trouble:
        return
    if unsaid == NONE and isinstance(one, Rows | Several):
        value, unsaid = _none(one, value, found), ""
    if unsaid and value is not None:
        found.problems[one.key + UNSAID] = BOTH.format(unsaid)
    elif unsaid in UNSAIDS:
        found.values[one.key] = Unsaid(unsaid)
    elif unsaid:
        found.problems[one.key + UNSAID] = "Choose one of the list."
    elif value is not None:
        found.values[one.key] = value


def _none(one: Field, value: Plain | None, found: Reading) -> Plain | None:
    if value is not None:
        found.problems[one.key + UNSAID] = BOTH.format(NONE)
        return None
    return ()


def _value(
    one: Field, name: str, typed: Typed, bounds: Bounds, found: Reading
) -> Plain | None:  # fmt: skip
    """Return the value of one input, None when it is empty; note why it cannot be read."""
    try:
        if isinstance(one, Rows):
            return _rows(one, typed, bounds, found)
        if isinstance(one, Several):
            return _several(one, typed)
        text = _text(typed, name)
        if not text:
            return None
        if isinstance(one, Number | Measured):
            return _amount(one, name, text, typed, found)
        return _plain(one, text, bounds)
    except ValueError as problem:
        found.problems[name] = str(problem)
        return None


def _plain(one: Field, text: str, bounds: Bounds) -> Plain:
    if isinstance(one, ShortText | Narrative):
        if len(text) > one.longest:
            raise ValueError(
                f"Shorten this to {one.longest:,} characters; it has {len(text):,}. "
                "All of it is still in the field."
            )
        return one.reads(text) if isinstance(one, ShortText) else text
    if isinstance(one, Day):
        return str(_day(text, bounds))
    if isinstance(one, YesNo):
        if text not in {"yes", "no"}:
            raise ValueError("Choose yes or no.")
        return text == "yes"
    if isinstance(one, Choice):
        if text not in {option.value for option in one.options}:
            raise ValueError("Choose one of the list.")
        return text
    raise TypeError(f"{one.key} is of no kind that can be read")


def _day(text: str, bounds: Bounds) -> partial.PartialDay:
    day = partial.read(text, read_day=bounds.read_day)
    if day.earliest > bounds.today:
        raise ValueError("This lies in the future. Enter a date up to today.")
    if day.latest < bounds.born_on:
        raise ValueError("This is before the patient’s birth. Check the year.")
    return day


def _several(one: Several, typed: Typed) -> Plain | None:
    given = typed.get(one.key, ())
    chosen = set((given,) if isinstance(given, str) else given) - {""}
    if chosen - {option.value for option in one.options}:
        raise ValueError("Choose from the list.")
    return tuple(option.value for option in one.options if option.value in chosen) or None


def _rows(one: Rows, typed: Typed, bounds: Bounds, found: Reading) -> Plain | None:
    read_rows: list[Mapping[str, Plain]] = []
    for number in range(one.most):
        row: dict[str, Plain] = {}
        trouble = len(found.problems)
        for column in one.columns:
            value = _value(column, cell(one, number, column), typed, bounds, found)
            if value is not None:
                row[column.key] = value
        is_begun = bool(row) or len(found.problems) > trouble
        first = cell(one, number, one.columns[0])
        if is_begun and one.columns[0].key not in row and first not in found.problems:
            label = one.columns[0].label.lower()
            found.problems[first] = f"Enter the {label} of this {one.noun}, or empty its line."
        if row:
            read_rows.append(row)
    return tuple(read_rows) or None


def _amount(
    one: Number | Measured, name: str, text: str, typed: Typed, found: Reading
) -> Amount:  # fmt: skip
    unit = _unit(one, name, typed)
    value = feet_and_inches(text) if unit == INCHES else None
    if value is None:
        example = "43.2" if isinstance(one, Measured) or one.places else "3"
        value = _number(text, example=example)
    if isinstance(one, Measured):
        question = question_measured(one, value, unit)
    else:
        question = question_number(one, value)
    if not question:
        return Amount(text, unit)
    stands = f"{text} {unit}"
    is_sure = _text(typed, name + SURE) == stands
    if not is_sure and _text(typed, name + PUT) != stands:
        found.questions[name] = question
    return Amount(text, unit, is_questioned=True, is_sure=is_sure)


def _unit(one: Number | Measured, name: str, typed: Typed) -> str:
    if isinstance(one, Number):
        return one.unit
    unit = _text(typed, name + UNIT)
    if unit not in one.units:
        raise ValueError("Choose the unit of this number.")
    return unit


def _number(text: str, *, example: str) -> Fraction:
    try:
        return Quantity.of(text, Unit.PERCENT).value
    except TwoReadings:
        raise
    except NotANumber:
        raise ValueError(f"Enter a number, such as {example}, without words.") from None


def _inputs(one: Field, answer: Answer) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    value = answer.value
    if isinstance(value, Unsaid):
        yield one.key if isinstance(one, YesNo | Choice) else one.key + UNSAID, value.value
    elif value == ():
        yield one.key + UNSAID, NONE
    elif isinstance(one, Rows) and isinstance(value, tuple):
        for number, row in enumerate(value):
            for column in one.columns:
                if isinstance(row, Mapping) and column.key in row:
                    yield from _shown(column, cell(one, number, column), row[column.key])
    else:
        yield from _shown(one, one.key, value)


def _shown(one: Field, name: str, value: Plain) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    if isinstance(value, bool):
        yield name, "yes" if value else "no"
    elif isinstance(value, Amount):
        yield name, value.typed
        if isinstance(one, Measured):
            yield name + UNIT, value.unit
        if value.is_questioned:
            yield name + (SURE if value.is_sure else PUT), words_of(value)
    elif isinstance(value, str):
        yield name, partial.stored(value).words if isinstance(one, Day) else value
    else:
        yield name, tuple(one for one in value if isinstance(one, str))


def _text(typed: Typed, name: str) -> str:
    given = typed.get(name, "")
    return given if isinstance(given, str) else ""
