"""The laboratory's interval as printed: "3.5-5.1", "<1.2", "> OR = 60", "3,5 - 5,1 mmol/L"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from dashboard.clinical.laboratory.units import unit
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.numbers import amount

LONGEST = 60
BETWEEN = re.compile(
    r"(\d+(?:[.,]\d+)*|[.,]\d+)\s*(?:-|–|−|—|to|\.\.)\s*(\d+(?:[.,]\d+)*|[.,]\d+)\s*(.*)",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
NOTHING = frozenset(
    {"", "-", "--", "n/a", "na", "none", "not estab", "not established", "see note", "see comment"}
    | {"not applicable", "ref range", "unknown", "varies"}
)


@dataclass(frozen=True)
class Limits:
    """Both ends of an interval, None where it has none; `unit` as the rule set spells it."""

    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None


def limits(printed: str) -> Limits | None:
    """Read an interval; None when something is printed that cannot be read as one."""
    told = _bare(printed)
    if told.casefold().strip(" .") in NOTHING or words().answer(told) is not None:
        return Limits()
    if len(told) > LONGEST:
        return None
    between = BETWEEN.fullmatch(told)
    return _between(between) if between else _one_sided(told)


def is_interval(text: str) -> bool:
    """Whether a cell holds an interval with at least one number."""
    read = limits(text) if any(map(str.isdigit, text)) else None
    return read is not None and (read.low is not None or read.high is not None)


def is_reversed(text: str) -> bool:
    """Whether a cell holds an interval whose lower end is above its upper one: "5.0 - 3.5"."""
    told = _bare(text)
    found = BETWEEN.fullmatch(told) if len(told) <= LONGEST else None
    if found is None or (found[3] and unit(found[3]) is None):
        return False
    low, high = (_number(found[side]) for side in (1, 2))
    return low is not None and high is not None and low > high


def _bare(printed: str) -> str:
    told = " ".join(printed.split())
    while told[:1] + told[-1:] in {"()", "[]"}:
        told = told[1:-1].strip()
    return told


def _between(found: re.Match[str]) -> Limits | None:
    low, high = (_number(found[side]) for side in (1, 2))
    spelled = unit(found[3]) if found[3] else None
    if (found[3] and spelled is None) or low is None or high is None or low > high:
        return None
    return Limits(low, high, spelled)


def _one_sided(told: str) -> Limits | None:
    read = amount(told)
    if read is None or not read.comparator or len(read.readings) != 1:
        return None
    spelled = unit(read.rest) if read.rest else None
    if read.rest and spelled is None:
        return None
    end = Decimal(read.readings[0])
    return (
        Limits(high=end, unit=spelled) if read.comparator[0] == "<" else Limits(end, None, spelled)
    )


def _number(text: str) -> Decimal | None:
    read = amount(text)
    return Decimal(read.readings[0]) if read and len(read.readings) == 1 else None
