"""Reading a report in tests: the rules in force, the clinic's zone, one fixed day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.clinical.clearance import ruleset
from dashboard.findings.reports import (
    About,
    Report,
    Row,
    answered,
    read_fhir,
    read_hl7,
    read_report,
    read_table,
    text_of,
)

RULES = ruleset()
TODAY = dt.date(2026, 11, 23)
ZONE = ZoneInfo("America/New_York")
SAMPLES = Path(__file__).parent / "samples"


def sample(number: str) -> Report:
    """Read one sample report by its number."""
    (path,) = SAMPLES.glob(f"{number}-*")
    return report(text_of(path.read_bytes()))


def report(text: str) -> Report:
    return read_report(text, rules=RULES, today=TODAY, zone=ZONE)


def table(text: str) -> Report:
    return read_table(text, rules=RULES, today=TODAY, zone=ZONE)


def fhir(text: str) -> Report:
    return read_fhir(text, rules=RULES, today=TODAY, zone=ZONE)


def hl7(text: str) -> Report:
    return read_hl7(text, rules=RULES, today=TODAY, zone=ZONE)


def only(text: str) -> Row:
    """Read a table that holds one result."""
    (row,) = table(f"Collected: 11/20/2026\n{text}").rows
    return row


def settled(read: Report, *answers: tuple[str, About, str]) -> Report:
    """Answer doubts: the row, what it is about, what was chosen."""
    told: dict[str, dict[About, str]] = {}
    for row, about, answer in answers:
        told.setdefault(row, {})[about] = answer
    return answered(read, answers=told, rules=RULES, today=TODAY)


def doubts(row: Row) -> list[About]:
    return [doubt.about for doubt in row.doubts]
