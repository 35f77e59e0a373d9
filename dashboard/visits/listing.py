"""The list of a patient's visits: newest first, a page at a time, filtered."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.visits.models import Visit, VisitKind
from dashboard.visits.reading import UNKNOWN, Flag, start_of, state

PAGE = 25
REF = re.compile(r"[a-z2-7]{26}")
GLANCE = 140


class Wanted(StrEnum):
    """Which visits a list shows; those entered in error only when asked for."""

    ALL = "all"
    UNSIGNED = "unsigned"
    SIGNED = "signed"
    IN_ERROR = "entered in error"


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; None and "" leave it wide."""

    kind: VisitKind | None = None
    author: str = ""
    wanted: Wanted = Wanted.ALL
    first_day: dt.date | None = None
    last_day: dt.date | None = None


@dataclass(frozen=True)
class Line:
    """One visit of the list."""

    ref: str
    when: str
    kind: str
    author: str
    state: Flag
    glance: str
    is_in_error: bool


@dataclass(frozen=True)
class Page:
    """One page of the list; `newer` and `older` are the refs that the next pages start from."""

    lines: tuple[Line, ...]
    newer: str | None
    older: str | None


@dataclass(frozen=True)
class Authors:
    """Who wrote visits on this chart (ref, name), and how many there are and are in error."""

    names: Mapping[str, str]
    visits: int
    in_error: int

    @property
    def counting(self) -> int:
        """How many visits count."""
        return self.visits - self.in_error


def authors(patient_id: uuid.UUID) -> Authors:
    """Count a patient's visits by author, in one statement."""
    in_error = sa.func.count(Visit.entered_in_error_at)
    rows = db.session.execute(
        sa.select(User.ref, User.name, sa.func.count(Visit.id), in_error)
        .join(User, User.id == Visit.author_id)
        .where(Visit.patient_id == patient_id)
        .group_by(User.ref, User.name)
        .order_by(User.name)
    ).all()
    names = {ref: name for ref, name, _, _ in rows}
    return Authors(names, sum(row[2] for row in rows), sum(row[3] for row in rows))


def page(patient_id: uuid.UUID, chosen: Filter, *, before: str = "", after: str = "") -> Page:
    """Return the visits older than `before`, or newer than `after`, or the newest."""
    turned = bool(after) and not before
    query = (
        sa.select(Visit, User.name)
        .join(User, User.id == Visit.author_id)
        .where(Visit.patient_id == patient_id, *_narrowed(chosen))
        .limit(PAGE + 1)
    )
    newest_first = (Visit.began_at.desc(), Visit.id.desc())
    query = query.order_by(*((Visit.began_at, Visit.id) if turned else newest_first))
    place = _place(patient_id, before or after)
    if place is not None:
        here = sa.tuple_(Visit.began_at, Visit.id)
        there = sa.tuple_(sa.literal(place.began_at), sa.literal(place.id))
        query = query.where(here > there if turned else here < there)
    rows = [(visit, name) for visit, name in db.session.execute(query)]
    return _paged(rows, turned=turned, moved=place is not None)


def _paged(rows: list[tuple[Visit, str]], *, turned: bool, moved: bool) -> Page:
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if turned:
        rows.reverse()
    has_newer, has_older = (more, True) if turned else (moved, more)
    lines = tuple(_line(visit, name) for visit, name in rows)
    return Page(
        lines,
        newer=lines[0].ref if lines and has_newer else None,
        older=lines[-1].ref if lines and has_older else None,
    )


def _place(patient_id: uuid.UUID, ref: str) -> Visit | None:
    if not REF.fullmatch(ref):
        return None
    return db.session.scalar(
        sa.select(Visit).where(Visit.ref == ref, Visit.patient_id == patient_id)
    )


def _narrowed(chosen: Filter) -> list[sa.ColumnElement[bool]]:
    narrowed = [_standing(chosen.wanted)]
    if chosen.kind is not None:
        narrowed.append(Visit.kind == chosen.kind)
    if chosen.author:
        narrowed.append(User.ref == chosen.author)
    if chosen.first_day is not None:
        narrowed.append(Visit.began_at >= start_of(chosen.first_day))
    if chosen.last_day is not None:
        narrowed.append(Visit.began_at < start_of(chosen.last_day + dt.timedelta(days=1)))
    return narrowed


def _standing(wanted: Wanted) -> sa.ColumnElement[bool]:
    if wanted is Wanted.IN_ERROR:
        return Visit.entered_in_error_at.is_not(None)
    counts = Visit.entered_in_error_at.is_(None)
    match wanted:
        case Wanted.UNSIGNED:
            return sa.and_(counts, Visit.signed_at.is_(None))
        case Wanted.SIGNED:
            return sa.and_(counts, Visit.signed_at.is_not(None))
        case _:
            return counts


def _line(visit: Visit, author: str | None) -> Line:
    return Line(
        ref=visit.ref,
        when=formats.moment(visit.began_at, visit.zone_name),
        kind=visit.kind.value.capitalize(),
        author=author or UNKNOWN,
        state=state(visit),
        glance=_glance(visit.assessment or visit.plan or visit.subjective),
        is_in_error=visit.is_in_error,
    )


def _glance(text: str) -> str:
    first = " ".join(text.split())
    return first if len(first) <= GLANCE else first[: GLANCE - 1].rsplit(" ", 1)[0] + " …"
