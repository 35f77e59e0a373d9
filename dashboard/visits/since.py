"""What happened since the last visit: live facts, never copied prose, frozen at signing."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.clock import now
from dashboard.db import db
from dashboard.scores import recent
from dashboard.visits.models import Visit

EVER = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Since:
    """The facts of the block: from when, what, and when they were read."""

    heading: str
    lines: tuple[str, ...]
    as_of: str

    @property
    def text(self) -> str:
        """The block as it is kept in a signed note."""
        return json.dumps([self.heading, list(self.lines), self.as_of], ensure_ascii=False)


def frozen(text: str) -> Since:
    """Return the block of a signed note as it was when it was signed."""
    heading, lines, as_of = json.loads(text)
    return Since(str(heading), tuple(map(str, lines)), str(as_of))


def live(patient_id: uuid.UUID, *, before: dt.datetime, besides: uuid.UUID | None = None) -> Since:
    """Return the block as it is now, for a visit that began at `before`."""
    last = _last(patient_id, before=before, besides=besides)
    scored = recent.since(patient_id, last.began_at if last else EVER)
    return Since(
        heading=_heading(last, before),
        lines=tuple(line.text for line in scored),
        as_of=formats.moment(now()),
    )


def _last(patient_id: uuid.UUID, *, before: dt.datetime, besides: uuid.UUID | None) -> Visit | None:
    earlier = [
        Visit.patient_id == patient_id,
        Visit.began_at < before,
        Visit.entered_in_error_at.is_(None),
    ]
    if besides is not None:
        earlier.append(Visit.id != besides)
    query = sa.select(Visit).where(*earlier)
    return db.session.scalar(query.order_by(Visit.began_at.desc(), Visit.id.desc()).limit(1))


def _heading(last: Visit | None, before: dt.datetime) -> str:
    if last is None:
        return "No earlier visit is recorded."
    days = (formats.today(before) - formats.today(last.began_at)).days
    ago = {0: "the same day", 1: "1 day before"}.get(days, f"{days} days before")
    return f"Last visit {formats.day(last.began_at)}, {last.kind.value}, {ago}."
