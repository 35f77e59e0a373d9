"""Severity of an eating disorder, computed from the data, with the computation in words.

A suggestion: a physician confirms it or overrides it with a reason. Without the measure, or under
the age for which its bands hold, nothing is suggested and the reason is given.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType

from dashboard.clinical.diagnoses import all_diagnoses, is_billable, lookup

# The mildest band has no upper end: it must not make a diagnosis of any weight.
LOW_WEIGHT = (
    "Whether the weight is significantly low, a criterion of its own, is the physician's to say"
)


class Measure(StrEnum):
    """What severity is counted in."""

    BMI = "bmi"
    COMPENSATORY = "compensatory_per_week"
    BINGES = "binges_per_week"


class BadSeverityTable(ValueError):
    """The severity table leaves a gap, overlaps, or names a code that cannot be billed."""


@dataclass(frozen=True)
class SeverityBand:
    """One degree of severity: `low` inclusive, `high` exclusive, None where it is open."""

    code: str
    label: str
    low: Decimal | None
    high: Decimal | None

    def holds(self, value: Decimal) -> bool:
        """Say whether an unrounded value lies in the band."""
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)

    @property
    def words(self) -> str:
        """The limits in words: 16 to under 17."""
        if self.low is None:
            return f"under {self.high}"
        return f"{self.low} or more" if self.high is None else f"{self.low} to under {self.high}"


@dataclass(frozen=True)
class Disorder:
    """One disorder whose severity is computed."""

    id: str
    label: str
    parent: str
    measure: Measure
    unit: str
    adults_from_years: int | None
    bands: tuple[SeverityBand, ...]

    @property
    def least(self) -> Decimal | None:
        """The smallest value at which the disorder's own criterion is met, where there is one."""
        return self.bands[0].low


@dataclass(frozen=True)
class Suggestion:
    """The severity the data give; `code` is None when they give none, and `words` say why."""

    disorder: Disorder
    code: str | None
    label: str
    words: str


def suggest(disorder_id: str, *, value: Decimal | None, age_years: int | None) -> Suggestion:
    """Suggest the severity of a disorder from its measure (kg/m2, or episodes a week).

    Raises LookupError for a disorder without a table, ValueError for a value below zero.
    """
    disorder = disorders()[disorder_id]
    if value is not None and (not value.is_finite() or value < 0):
        raise ValueError(f"{value} {disorder.unit} is not possible")
    if reason := _why_not(disorder, value, age_years):
        return Suggestion(disorder, None, "", reason)
    band = next(one for one in disorder.bands if value is not None and one.holds(value))
    words = f"{value:f} {disorder.unit}: {band.words} is {band.label} ({band.code})"
    if disorder.measure is Measure.BMI and band.high is None:
        words += f". {LOW_WEIGHT}"
    return Suggestion(disorder, band.code, band.label, words)


def disorder_of(code: str) -> Disorder | None:
    """Return the disorder that a code is a degree of, or None when its severity is not computed."""
    return next((one for one in disorders().values() if code.upper().startswith(one.parent)), None)


def contradictions(codes: Iterable[str]) -> tuple[str, ...]:
    """Say in words which of these codes exclude each other (ICD-10-CM Excludes1)."""
    given = sorted({code.strip().upper() for code in codes})
    found = []
    for one, other in ((a, b) for i, a in enumerate(given) for b in given[i + 1 :]):
        if _excludes(one, other) or _excludes(other, one):
            found.append(
                f"{one} ({lookup(one).description}) and {other} ({lookup(other).description}) "
                "exclude each other: ICD-10-CM Excludes1"
            )
    return tuple(found)


@cache
def disorders() -> Mapping[str, Disorder]:
    """Return the disorders with a severity table by id; a broken table raises BadSeverityTable."""
    text = files(__package__).joinpath("data", "severity-1.toml").read_text("utf-8")
    return read_table(text)


def read_table(text: str) -> Mapping[str, Disorder]:
    """Read a severity table; raises BadSeverityTable naming the disorder that does not fit."""
    found: dict[str, Disorder] = {}
    for row in tomllib.loads(text)["disorder"]:
        disorder = Disorder(
            id=row["id"],
            label=row["label"],
            parent=row["parent"],
            measure=Measure(row["measure"]),
            unit=row["unit"],
            adults_from_years=row.get("adults_from_years"),
            bands=tuple(
                SeverityBand(
                    band["code"], band["label"], _limit(band, "from"), _limit(band, "below")
                )
                for band in row["bands"]
            ),
        )
        _check(disorder)
        found[disorder.id] = disorder
    return MappingProxyType(found)


def _limit(band: Mapping[str, str], name: str) -> Decimal | None:
    return Decimal(band[name]) if name in band else None


def _check(disorder: Disorder) -> None:
    """Refuse a table with a gap or an overlap, or with a code that cannot be billed."""
    for low, high in pairwise(disorder.bands):
        if low.high is None or low.high != high.low:
            raise BadSeverityTable(f"{disorder.id}: {low.label} and {high.label} do not meet")
    if disorder.bands[-1].high is not None:
        raise BadSeverityTable(f"{disorder.id}: the last band ends")
    for band in disorder.bands:
        if not is_billable(band.code) or not band.code.startswith(disorder.parent):
            raise BadSeverityTable(f"{disorder.id}: {band.code} is no billable code of it")


def _why_not(disorder: Disorder, value: Decimal | None, age_years: int | None) -> str:
    """Return why no severity can be computed, in words; empty when it can."""
    if disorder.adults_from_years is not None:
        if age_years is None:
            return "The birth date is needed: the BMI bands hold for adults only."
        if age_years < disorder.adults_from_years:
            return (
                f"Under {disorder.adults_from_years} years severity follows the BMI percentile; "
                "it is never assigned from adult bands. The physician decides."
            )
    if value is None:
        return f"Not measured: {disorder.unit}."
    if disorder.least is not None and value < disorder.least:
        return (
            f"{value:f} {disorder.unit} is less than {disorder.least}: the frequency criterion "
            "is not met. Consider remission, or another specified disorder."
        )
    return ""


def _excludes(code: str, other: str) -> bool:
    """Say whether a code, or a heading above it, excludes another code."""
    headings = [code[:length] for length in range(3, len(code) + 1) if code[length - 1] != "."]
    ranges = _excluded_ranges()
    return any(other.startswith(prefix) for head in headings for prefix in ranges.get(head, ()))


@cache
def _excluded_ranges() -> Mapping[str, tuple[str, ...]]:
    """Return code -> the beginnings of codes it excludes, as the code file lists them."""
    found = {}
    for one in all_diagnoses():
        pieces = [piece.rpartition("(")[2].rstrip(")") for piece in one.excludes1.split(";")]
        found[one.code] = tuple(piece.strip().rstrip("-") for piece in pieces if piece.strip())
    return MappingProxyType(found)
