"""Patients as lists and the search box show them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from flask import url_for

from dashboard import formats
from dashboard.clearance import strip
from dashboard.clearance.readiness import IN_TREATMENT
from dashboard.clearance.strip import Kept, Said, StripCell
from dashboard.clinical.instruments import catalogue
from dashboard.patients.banner import Flag, mrn, status, tags
from dashboard.patients.caseload import Found
from dashboard.scores.recent import ByInstrument, Recent

NAMESAKE = "Another patient has this name: check the birth date"
SHOWN = ("edeqs", "phq9", "gad7")  # the eating disorder first


@dataclass(frozen=True)
class Cell:
    """One instrument's cell: its name, and its last scores if there are any."""

    name: str
    recent: Recent | None


@dataclass(frozen=True)
class Line:
    """One patient in a list; `said` and `cells` are the readiness of those in treatment."""

    ref: str
    family_name: str
    given_name: str
    preferred_name: str
    age: int
    born: str
    mrn: str
    diagnosis: str
    further_diagnoses: int
    status: Flag
    said: Said | None
    cells: tuple[StripCell, ...]
    scores: tuple[Cell, ...]
    namesake: str


@dataclass(frozen=True)
class Suggestion:
    """One patient found while typing."""

    name: str
    born: str
    mrn: str
    note: str
    url: str


def lines(
    found: Sequence[Found],
    recent: Mapping[uuid.UUID, ByInstrument],
    *,
    instruments: Sequence[str] = SHOWN,
) -> tuple[Line, ...]:
    """Return the rows of a list with some questionnaires; a patient with a namesake says so."""
    return tuple(_line(row, recent.get(row.id, {}), instruments) for row in found)


def instruments() -> tuple[str, ...]:
    """Return the names of the questionnaires that lists show, in order."""
    return tuple(catalogue()[key].short for key in SHOWN)


def suggestion(row: Found) -> dict[str, str]:
    """Return what the search box offers for one patient."""
    offered = Suggestion(
        name=f"{row.family_name.upper()}, {row.given_name}",
        born=f"{formats.day(row.born_on)} ({formats.age_on(row.born_on)}y)",
        mrn=mrn(row.mrn),
        note=NAMESAKE if row.has_namesake else "",
        url=url_for("chart.overview", patient_ref=row.ref),
    )
    return asdict(offered)


def _line(row: Found, recent: ByInstrument, instruments: Sequence[str]) -> Line:
    diagnoses, kept, today = tags(row.diagnosis_codes), _kept(row), formats.today()
    is_treated = row.status in IN_TREATMENT
    return Line(
        ref=row.ref,
        family_name=row.family_name,
        given_name=row.given_name,
        preferred_name=row.preferred_name,
        age=formats.age_on(row.born_on),
        born=formats.day(row.born_on),
        mrn=mrn(row.mrn),
        diagnosis=diagnoses[0] if diagnoses else "",
        further_diagnoses=max(len(diagnoses) - 1, 0),
        status=status(row.status),
        said=strip.said(kept, today=today) if is_treated else None,
        cells=strip.strip(kept, today=today) if is_treated else (),
        scores=tuple(Cell(catalogue()[key].short, recent.get(key)) for key in instruments),
        namesake=NAMESAKE if row.has_namesake else "",
    )


def _kept(row: Found) -> Kept | None:
    """Return what was kept of the last judgement; nothing of a patient never judged."""
    if row.judged_for is None:
        return None
    return Kept(
        row.readiness_status, row.judged_for, row.next_session_on, row.next_stale_on, row.content
    )
