"""Storing scores that were read from a file: all of them or none, and each only once.

A danger that an imported answer tells of is raised at its own level only while the answer is as
fresh as the questionnaire's recall window. Older ones page nobody for a score of last year, and are
not dropped: together they become one follow-up. No other number decides.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.alerts.models import Level
from dashboard.alerts.raising import raise_alert
from dashboard.clinical.instruments import Instrument
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.scores import actions, latest
from dashboard.scores.importing import Line
from dashboard.scores.models import Mode, Response

KEY = "import:dangers"


def new_ones(patient_id: uuid.UUID, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines that are not on the chart yet."""
    held = set(
        db.session.scalars(
            sa.select(Response.import_key).where(
                Response.patient_id == patient_id,
                Response.import_key.is_not(None),
                Response.entered_in_error_at.is_(None),
            )
        )
    )
    return tuple(line for line in lines if line.key not in held)


def store(patient: Patient, lines: Sequence[Line], *, zone: str, by: uuid.UUID) -> int:
    """Add the lines that are not on the chart yet and return how many those were."""
    moment, touched = now(), _touched(lines)
    held = {name: latest.held(patient.id, name) for name in touched}
    added = new_ones(patient.id, sorted(lines, key=lambda one: one.taken_at))
    old: list[Line] = []
    for line in added:
        is_old = not is_fresh(line.result.instrument, line.taken_at, at=moment)
        actions.write_down(
            patient,
            line.result,
            taken_at=line.taken_at,
            zone=zone,
            mode=Mode.IMPORTED,
            by=by,
            import_key=line.key,
            is_history=is_old,
            at=moment,
        )
        if is_old and actions.attention_of(line.result) is not None:
            old.append(line)
    if added:
        for name, scores in touched.items():
            latest.renew(patient.id, name, present=held[name], scores=scores)
    if old:
        _follow_up(patient, old, at=moment)
    return len(added)


def is_fresh(instrument: Instrument, taken_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Whether an answer still tells of the present: within the questionnaire's recall window.

    One that names no window tells of the day it was given on.
    """
    return at - taken_at <= dt.timedelta(days=instrument.administration.recall_days or 1)


def _touched(lines: Sequence[Line]) -> dict[str, list[str]]:
    """Return instrument -> scores, of everything that the lines and what derives of them give."""
    found: dict[str, set[str]] = {}
    for line in lines:
        for result in (line.result, *actions.derived(line.result)):
            found.setdefault(result.instrument.id, set()).update(result.scores)
    return {name: sorted(scores) for name, scores in sorted(found.items())}


def _follow_up(patient: Patient, old: Sequence[Line], *, at: dt.datetime) -> None:
    newest = max(old, key=lambda one: one.taken_at)
    count = f"{len(old)} imported response{'' if len(old) == 1 else 's'}"
    raise_alert(
        patient.id,
        key=KEY,
        rule=KEY,
        level=Level.FOLLOW_UP,
        words=(
            f"{count} told of a danger when given, or left open whether there was one; the newest "
            f"is {newest.result.instrument.short} of {newest.taken_at:%Y-%m-%d}. Read them under "
            "Scores, and ask the patient how it is now."
        ),
        at=at,
    )
