"""The rows of a report beside the chart: what would be recorded, and what is on record already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from dashboard.clinical.clearance.findings import ABNORMAL_FLAGS
from dashboard.findings.actions import Entry, canonical
from dashboard.findings.lines import is_of_body_size
from dashboard.findings.models import Finding, Source, Way
from dashboard.findings.reports import Form, Row
from dashboard.findings.reports.judging import flag_of

WAYS: Mapping[Form, Way] = {Form.TABLE: Way.PASTED, Form.FHIR: Way.FHIR, Form.HL7: Way.HL7}
LONGEST_FLAG = 10
LONGEST_LABORATORY = 120
BODY_SIZE = re.compile(
    r"weigh|gewicht|body mass|waist|height|calori|kcal|(?<![a-z])m?bmi"
    r"|(?<![a-z])(?:ibw|wt|kg|lbs?)(?![a-z])|\b(?:29463-7|3141-9|39156-5)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OnRecord:
    """The findings that stand, by kind and day."""

    standing: Mapping[tuple[str, object], Sequence[Finding]]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> OnRecord:
        """Take the standing findings of a patient."""
        found: dict[tuple[str, object], list[Finding]] = {}
        for one in findings:
            found.setdefault((one.kind, one.taken_on), []).append(one)
        return cls(found)

    def same(self, row: Row) -> Finding | None:
        """Return the finding that says the same: kind, time of collection and canonical value."""
        told = canonical(row.finding.value) if row.finding else ""
        return next((one for one in self._at_that_time(row) if one.canonical == told), None)

    def other(self, row: Row) -> Finding | None:
        """Return a finding of the kind and time that says something else."""
        found = self._at_that_time(row) if row.finding and self.same(row) is None else []
        return next(iter(found), None)

    def _at_that_time(self, row: Row) -> list[Finding]:
        at, found = row.collected_at, self.standing.get((row.kind or "", row.collected_on), ())
        return [one for one in found if at is None or one.taken_at is None or one.taken_at == at]


def entry_of(row: Row) -> Entry:
    """Return a ready row as it is recorded; raise LookupError for one that is not ready."""
    found = row.finding
    if found is None or row.kind is None or row.collected_on is None:
        raise LookupError(f"row {row.id} is not ready")
    return Entry(
        kind=row.kind, entered=(row.number or "").strip(), unit=row.unit or "",
        taken_on=row.collected_on, taken_at=row.collected_at, source=Source.LABORATORY,
        ref_low=plain(row.ref_low), ref_high=plain(row.ref_high),
        flag=_flag(row.printed.flag, is_flagged=found.is_flagged),
        resulted_on=row.resulted_on, is_confirmed=found.is_confirmed,
    )  # fmt: skip


def seal_of(row: Row) -> str:
    """Return a short mark of what a row would record: another value or day, another mark."""
    entry = entry_of(row)
    told = (
        row.id, entry.kind, entry.entered, entry.unit, entry.taken_on, entry.taken_at,
        entry.ref_low, entry.ref_high, entry.is_confirmed,
    )  # fmt: skip
    return sha256(repr(told).encode()).hexdigest()[:12]


def plain(limit: Decimal | None) -> str:
    """Write an end of an interval as plain digits."""
    return "" if limit is None else f"{limit:f}"


def tells_body_size(row: Row) -> bool:
    """Whether a row holds a number of body size, or may hold one."""
    if row.kind is not None:
        return is_of_body_size(row.kind)
    return mentions_body_size(f"{row.printed.name} {row.printed.unit} {row.printed.code}")


def mentions_body_size(text: str) -> bool:
    """Whether a text may hold numbers of body size: it names a weight, an index or their units."""
    return BODY_SIZE.search(text) is not None


def _flag(printed: str, *, is_flagged: bool) -> str:
    """Return the flag as the chart keeps it: as printed where it knows it, else what it marks."""
    told = flag_of(printed)
    if is_flagged:
        return told
    return told[:LONGEST_FLAG] if told not in ABNORMAL_FLAGS else ""
