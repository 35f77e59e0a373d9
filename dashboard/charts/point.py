"""One value at one instant, and the exact numbers that a chart is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dashboard.charts.text import address, clean

Number = int | Decimal | Fraction


class Mode(StrEnum):
    """How the answers were given; the modes are drawn differently and never mixed silently."""

    INTERVIEW = "interview"
    PAPER = "paper"
    PHONE = "phone"
    IMPORTED = "imported"


_HOW = {Mode.PAPER: "by paper", Mode.PHONE: "by phone", Mode.IMPORTED: "imported"}


def exact(number: Number) -> Fraction:
    """Return a finite number exactly, or refuse it."""
    if isinstance(number, bool | float) or (isinstance(number, Decimal) and not number.is_finite()):
        raise ValueError(f"not an exact number: {number!r}")
    return Fraction(number)


def written(value: Fraction) -> str:
    """Write a value as on the chart: whole, or rounded half up to one decimal place."""
    tenths = int(abs(value) * 10 + Fraction(1, 2))
    sign = "\N{MINUS SIGN}" if value < 0 and tenths else ""
    return sign + (str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}")


def instant(at: datetime) -> datetime:
    """Return an aware instant in UTC; a naive one is refused."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC)


@dataclass(frozen=True)
class Point:
    """One score at one instant.

    Without a `value` it is an incomplete score, of which only the bounds `low` to `high` may be
    known. `label` is the value as written, worked out where it is left empty. `version` names the
    instrument's version: scores of two versions are not joined. A `superseded` point was
    corrected later: it stays visible and joins nothing. `note` is what else a reader must know of
    it (the laboratory's own range, a safety answer); `href` is the address of its record.
    """

    at: datetime
    value: Number | None
    label: str = ""
    low: Number | None = None
    high: Number | None = None
    mode: Mode = Mode.INTERVIEW
    version: str = ""
    prorated: bool = False
    out_of_limit: bool = False
    superseded: bool = False
    note: str = ""
    href: str = ""

    def __post_init__(self) -> None:
        """Keep the instant in UTC and the numbers exact; refuse bounds that miss the value."""
        object.__setattr__(self, "at", instant(self.at))
        object.__setattr__(self, "mode", Mode(self.mode))
        for name in ("value", "low", "high"):
            if (number := getattr(self, name)) is not None:
                object.__setattr__(self, name, exact(number))
        known = [number for number in (self.low, self.value, self.high) if number is not None]
        if (self.low is None) != (self.high is None) or known != sorted(known):
            raise ValueError("bounds come in pairs and hold the value between them")
        object.__setattr__(self, "label", clean(self.label) or self._written())
        object.__setattr__(self, "note", clean(self.note))
        object.__setattr__(self, "href", address(self.href))

    def _written(self) -> str:
        """Write the value, or the bounds of an incomplete score."""
        if self.value is not None:
            return written(exact(self.value))
        if self.low is None or self.high is None:
            return "incomplete"
        return f"{written(exact(self.low))}\N{EN DASH}{written(exact(self.high))}"

    @property
    def is_current(self) -> bool:
        """Say whether this is a complete score that nothing has corrected."""
        return self.value is not None and not self.superseded

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the value besides the number."""
        claims = (
            (self.superseded, "corrected later"),
            (self.value is None, "incomplete"),
            (self.prorated, "prorated"),
            (self.out_of_limit, "outside limits"),
            (self.mode is not Mode.INTERVIEW, _HOW.get(self.mode, "")),
            (bool(self.note), self.note),
        )
        return tuple(words for is_true, words in claims if is_true)
