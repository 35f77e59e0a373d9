"""The cohort page, the patients behind each of its figures, and the same as a file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Response as Answer
from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from dashboard import audit, formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clinical.diagnoses import lookup
from dashboard.clock import now
from dashboard.cohort import asked, export, page
from dashboard.cohort.area import area
from dashboard.cohort.asked import Period
from dashboard.cohort.page import Cohort
from dashboard.db import db, expect_writing

__all__ = ["area"]


@dataclass(frozen=True)
class Row:
    """One patient behind a figure, and what counted."""

    ref: str
    name: str
    born: str
    words: str


@area.get("/cohort", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show what became of the patients one treats."""
    shown = _cohort()
    return render_template(
        "cohort/index.html", shown=shown, headline=page.headline(shown), periods=list(Period),
        diagnoses=[(code, lookup(code).description) for code in asked.families()],
        observation=page.OBSERVATION, dependent=page.DEPENDENT, methods=page.METHODS,
        small=page.SMALL,
    )  # fmt: skip


@area.get("/cohort/patients", allow=Allow.PHYSICIAN)
def patients() -> ResponseReturnValue:
    """List the patients behind one figure, named by its key; 404 for a figure there is not."""
    shown = _cohort()
    found = shown.line(request.args.get("of", "who-in"))
    if found is None:
        abort(404)
    group, line = found
    counted = line.patients or {}
    rows = [
        Row(one.ref, one.name, formats.day(one.born_on), counted[one.id])
        for one in shown.people.values()
        if one.id in counted
    ]
    return render_template(
        "cohort/patients.html", shown=shown, headline=page.headline(shown), group=group, line=line,
        rows=rows,
    )  # fmt: skip


@area.get("/cohort.csv", allow=Allow.PHYSICIAN)
def save() -> ResponseReturnValue:
    """Give the figures as a file; that it was taken is told first."""
    shown, at = _cohort(), now()
    told = export.text(shown, by=current_actor().name, at=at)
    _tell(shown)
    answer = Answer(told, mimetype="text/csv")
    name = f"cohort-{formats.today(at):%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _tell(shown: Cohort) -> None:
    """Tell the trail that the figures left the program, in a transaction of its own."""
    db.session.rollback()
    expect_writing(True)
    audit.record(
        db.session, audit.Action.EXPORT, subject="cohort",
        detail={"patients": shown.n, **shown.asked.parameters},
    )  # fmt: skip
    db.session.commit()
    expect_writing(False)


def _cohort() -> Cohort:
    return page.cohort(_me(), asked.read(request.args), at=now())


def _me() -> uuid.UUID:
    return current_actor().id or abort(403)
