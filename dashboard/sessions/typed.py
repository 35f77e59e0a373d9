"""What is typed in a session, looked at before it is kept: taken, asked about, or refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical.clearance import Rejected, ruleset
from dashboard.clinical.clearance.findings import plain_number
from dashboard.clinical.home_session import (
    Answered,
    AnswerKind,
    Point,
    SessionReading,
    findings_of,
    typed_reading,
)
from dashboard.findings.typed import what_was_meant

PARTS = ("bp", "hr_awake_rest", "spo2")
NAMES = {"bp": "Blood pressure", "hr_awake_rest": "Heart rate", "spo2": "Oxygen saturation"}


@dataclass(frozen=True)
class Looked:
    """What is wrong with a typed value, or what is asked about it; both empty: it is taken."""

    problem: str = ""
    question: str = ""
    reading: SessionReading | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it can be kept as typed."""
        return not (self.problem or self.question)


def look_at_answer(point: Point, text: str, *, at: dt.datetime, kept: str) -> Looked:
    """Look at one typed answer of the pre-flight; `kept` is the text that a person stands by."""
    if point.kind in {AnswerKind.TEXT, AnswerKind.YES_OR_NO}:
        return Looked()
    if point.finding is None:
        return _look_at_number(text)
    answer = Answered(text, at, is_confirmed=kept == text)
    try:
        found = findings_of({point.id: answer}, zone=formats.zone())
    except Rejected as refused:
        return Looked(problem=_said(str(refused), point.finding, text))
    asked = next((one.question for one in found if one.question), None)
    return Looked(question=_asked(asked, text)) if asked else Looked()


def look_at_reading(text: str, *, at: dt.datetime, breaths: str, kept: str) -> Looked:
    """Look at one typed reading such as 118/74 64 98."""
    try:
        found = typed_reading(
            text, at=at, zone=formats.zone(), breaths=breaths, is_confirmed=kept == text
        )
    except Rejected as refused:
        words = str(refused)
        kind = words.partition(":")[0]
        parts = dict(zip(PARTS, text.split(), strict=False))
        return Looked(problem=_said(words, kind, parts.get(kind, "")))
    if not found.is_measured:
        return Looked(problem="Nothing is measured in it. Write it as 118/74 64 98.")
    if found.questions:
        return Looked(question=_asked("; ".join(found.questions), text), reading=found)
    return Looked(reading=found)


def one_line(text: str | None) -> str:
    """Return a typed reading as it is kept: its parts one space apart, no space in a pressure."""
    return " ".join((text or "").replace(" /", "/").replace("/ ", "/").split())


def meant(kind: str, text: str) -> str:
    """Return what a refused number may have meant, as a question; "" where nothing is near."""
    known = ruleset().kinds.get(kind)
    units: Sequence[str] = [entry.unit for entry in known.entries] if known else ()
    return what_was_meant(known, text, units[0]) if known and units else ""


def _look_at_number(text: str) -> Looked:
    try:
        value = plain_number(text)
    except ValueError:
        return Looked(problem="Enter a number, such as 10.")
    return Looked(problem="This is below zero. Enter a number from 0 on." if value < 0 else "")


def _said(words: str, kind: str, text: str) -> str:
    """Write a refusal as a sentence, with what may have been meant."""
    prefix, _, rest = words.partition(": ")
    named = f"{NAMES[prefix]}: {rest}" if prefix in NAMES and rest else rest or words
    told = f"{named[:1].upper()}{named[1:]}".rstrip(".")
    return f"{told}. {meant(kind, text)}".strip()


def _asked(question: str, text: str) -> str:
    return f"{question[:1].upper()}{question[1:]}. Correct it, or keep {text} below."
