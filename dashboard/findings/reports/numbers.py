"""A printed value taken apart: inequality, number, flag and unit, with what is odd about it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from dashboard.clinical.clearance.findings import MOST_DIGITS
from dashboard.clinical.laboratory.units import unit as unit_of
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.text import HIDDEN

LONGEST = 60  # characters of a value that are looked at; a longer one is no number
SIGNS = str.maketrans({"−": "-", "–": "-", "‒": "-", "﹣": "-", "－": "-", "．": ".", "，": ","})
COMPARED = re.compile(r"(<=|>=|=<|=>|<|>|≤|≥)?\s*([-.,\d][\d.,]*)\s*(.*)", re.ASCII | re.DOTALL)
COMPARATORS = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">="}
PLAIN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
NO_ZERO = re.compile(r"-?\.\d+", re.ASCII)
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+", re.ASCII)
COMMA = re.compile(r"\d+,\d+", re.ASCII)
GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+", re.ASCII)
EUROPEAN = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+", re.ASCII)
BEYOND = frozenset({"<", ">"})
OR_EQUAL = re.compile(r"([<>])\s*or\s*=", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """A number as printed. `readings`: the numbers it can be, the likeliest first.

    One reading and neither comma nor odd characters: it is that number and no question.
    """

    readings: tuple[str, ...]
    comparator: str = ""
    has_comma: bool = False
    is_odd: bool = False
    rest: str = ""


def amount(printed: str) -> Amount | None:
    """Read the number that stands first in a value; None when there is none."""
    if len(printed) > LONGEST:
        return None
    told, is_odd = _in_ascii(OR_EQUAL.sub(r"\1=", printed.strip()))
    found = COMPARED.fullmatch(told)
    if found is None:
        return None
    readings, has_comma = _readings(found[2])
    if not readings or any(len(one) > MOST_DIGITS for one in readings):
        return None
    sign = found[1] or ""
    return Amount(readings, COMPARATORS.get(sign, sign), has_comma, is_odd, found[3].strip())


def flag_and_unit(rest: str) -> tuple[str, str] | None:
    """Part what stands behind a number into flag and unit; None when it is something else."""
    if not rest:
        return "", ""
    if words().is_flag(rest):
        return rest, ""
    if unit_of(rest):
        return "", rest
    first, _, other = rest.partition(" ")
    other = other.strip()
    if words().is_flag(first) and unit_of(other):
        return first, other
    unit_first, _, flag = rest.rpartition(" ")
    if unit_of(unit_first) and words().is_flag(flag):
        return flag, unit_first.strip()
    return None


def decimal(text: str) -> Decimal:
    """Return a plain number that `amount` read, exactly."""
    return Decimal(text)


def _in_ascii(text: str) -> tuple[str, bool]:
    """Return a value in plain digits and signs, and whether it was written with others."""
    plain = "".join(map(_plain_digit, text.replace(HIDDEN, ""))).translate(SIGNS)
    number = COMPARED.fullmatch(plain)
    if plain == text or number is None:
        return plain, False
    return plain, not text.startswith(plain[: number.end(2)])


def _plain_digit(character: str) -> str:
    if character.isascii():
        return character
    if character in "  ":
        return " "
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _readings(number: str) -> tuple[tuple[str, ...], bool]:
    """Return the numbers that a text of digits, points and commas can be, and the comma's doubt."""
    if PLAIN.fullmatch(number):
        return (number,), False
    if NO_ZERO.fullmatch(number):
        return (number.replace(".", "0."),), False
    if THOUSANDS.fullmatch(number):
        return (number.replace(",", ""),), False
    if EUROPEAN.fullmatch(number):
        return (number.replace(".", "").replace(",", "."),), True
    if COMMA.fullmatch(number) and GROUPS.fullmatch(number):
        return (number.replace(",", ""), number.replace(",", ".")), True
    if COMMA.fullmatch(number):
        return (number.replace(",", "."),), True
    if GROUPS.fullmatch(number):
        return (number.replace(",", ""),), True
    return (), False


def parted(value: str, *, unit: str = "", flag: str = "") -> tuple[str, str, str]:
    """Return value, unit and flag where a value such as "3.4 mmol/L H" holds them all.

    What is printed apart stays; a value that says otherwise is left whole, to be asked about. A
    flag "<" or ">" says that the true value lies beyond: it stands before the number.
    """
    read = amount(value)
    if read is not None and not read.comparator and flag.strip() in BEYOND:
        return parted(f"{flag.strip()}{value.strip()}", unit=unit)
    behind = flag_and_unit(read.rest) if read and read.rest else None
    if read is None or behind is None:
        return value, unit, flag
    own_flag, own_unit = behind
    if own_unit and unit and _spelled(own_unit) != _spelled(unit):
        return value, unit, flag
    number = value.strip()
    number = number[: len(number) - len(read.rest)].strip() if number.endswith(read.rest) else value
    return number, unit or own_unit, flag or own_flag


def _spelled(printed: str) -> str:
    return unit_of(printed) or printed.strip().casefold()
