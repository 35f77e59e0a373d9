"""Which cohort somebody asks to see: over which time, and of which diagnosis.

Both stand in the address, so that a link shows the same again; what is not offered is said, and
everything is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from dashboard import formats
from dashboard.clinical.diagnoses import all_diagnoses, lookup

EATING, OTHERS = "F50", "F50.8"


class Period(StrEnum):
    """How far back the figures look."""

    ALL = "all"
    YEAR = "12m"
    QUARTER = "90d"

    @property
    def label(self) -> str:
        """The words on the switch."""
        return {
            Period.ALL: "All time", Period.YEAR: "Last 12 months", Period.QUARTER: "Last 90 days"
        }[self]  # fmt: skip

    @property
    def first_day(self) -> dt.date | None:
        """The practice's day on which it begins; None where it has no beginning."""
        return None if self is Period.ALL else formats.read_day(f"-{self.value}")

    @property
    def since(self) -> dt.datetime | None:
        """The instant from which on something lies in it."""
        day = self.first_day
        return None if day is None else dt.datetime.combine(day, dt.time(), formats.zone())


@dataclass(frozen=True)
class Asked:
    """One view of the cohort; an empty diagnosis is all of them, `problem` what was not offered."""

    period: Period = Period.ALL
    diagnosis: str = ""
    problem: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """What stands in the address."""
        found = {} if self.period is Period.ALL else {"period": self.period.value}
        return found | ({"diagnosis": self.diagnosis} if self.diagnosis else {})

    @property
    def diagnosis_words(self) -> str:
        """The diagnosis in words."""
        return lookup(self.diagnosis).description if self.diagnosis else "All diagnoses"


def read(arguments: Mapping[str, str]) -> Asked:
    """Return the view that an address asks for; what it says wrongly is said, and all is shown."""
    period, diagnosis = arguments.get("period", ""), arguments.get("diagnosis", "")
    problems = []
    if period and period not in set(Period):
        problems.append("This period is not offered: all time is shown.")
    if diagnosis and diagnosis not in families():
        problems.append("This diagnosis is not offered: all diagnoses are shown.")
    return Asked(
        Period(period) if period in set(Period) else Period.ALL,
        diagnosis if diagnosis in families() else "",
        " ".join(problems),
    )


@cache
def families() -> tuple[str, ...]:
    """Return the eating disorders as ICD-10-CM groups them: F50.0 anorexia, F50.81 binge-eating."""
    found = {family_of(one.code) for one in all_diagnoses()}
    return tuple(sorted(code for code in found if code))


def codes_of(stored: str) -> list[str]:
    """Return the codes of a stored list: "F50.2, F50.81"."""
    return stored.replace(",", " ").split()


def family_of(code: str) -> str:
    """Return the group of an eating disorder's code; nothing for another illness or a heading."""
    written = code.strip().upper()
    if not written.startswith(f"{EATING}.") or written == OTHERS:
        return ""
    return written[:6] if written.startswith(OTHERS) else written[:5]
