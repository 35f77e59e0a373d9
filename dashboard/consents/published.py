"""What is published on ketamine in eating disorders, from a cited data file."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from dashboard.clinical.evidence import refuse_bad_mark
from dashboard.clinical.sections import Section, read

FILE = "evidence-1.toml"
SCHEMA = "evidence/1"


class Kind(StrEnum):
    """What a publication is: only reports count patients with an eating disorder."""

    REPORT = "report"
    TRIAL = "trial"
    REVIEW = "review"
    INDIRECT = "indirect"


@dataclass(frozen=True)
class Publication:
    """One line of the evidence table; `patients` is None where the source gives no number."""

    id: str
    kind: Kind
    cite: str
    patients: int | None
    diagnosis: str
    treatment: str
    outcome: str
    verified: str

    def __post_init__(self) -> None:
        refuse_bad_mark(self.verified)


@dataclass(frozen=True)
class Evidence:
    """The whole table with its honest sentence and its day."""

    version: str
    as_of: dt.date
    stated_total: int
    sentence: str
    caution: str
    publications: tuple[Publication, ...]

    def of(self, kind: Kind) -> tuple[Publication, ...]:
        """Return the publications of one kind, in the order of the file."""
        return tuple(one for one in self.publications if one.kind is kind)

    @property
    def counted(self) -> int:
        """How many patients the reports describe, added up."""
        return sum(one.patients or 0 for one in self.of(Kind.REPORT))


@cache
def evidence() -> Evidence:
    """Return the shipped table; raises Misfit when the file does not hold."""
    text = files(__package__).joinpath(FILE).read_text("utf-8")
    return read_evidence(text)


def read_evidence(text: str) -> Evidence:
    """Read an evidence table strictly."""
    return read(Section(tomllib.loads(text)), _evidence)


def _evidence(top: Section) -> Evidence:
    as_of = top.day("as_of")
    if top.text("schema") != SCHEMA or as_of is None:
        raise top.misfit(f"must be {SCHEMA}, with the day it is as of", "schema")
    return Evidence(
        version=top.text("version"),
        as_of=as_of,
        stated_total=top.whole("stated_total"),
        sentence=top.text("sentence"),
        caution=top.text("caution"),
        publications=top.build_all("report", _publication),
    )


def _publication(section: Section) -> Publication:
    return Publication(
        id=section.text("id"),
        kind=section.choice("kind", Kind),
        cite=section.text("cite"),
        patients=section.whole_or_none("patients"),
        diagnosis=section.text_or_none("diagnosis") or "",
        treatment=section.text_or_none("treatment") or "",
        outcome=section.text("outcome"),
        verified=section.text("verified"),
    )
