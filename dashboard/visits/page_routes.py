"""Reading one visit, on the screen and on paper."""

from __future__ import annotations

from flask import g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit
from dashboard.access import Allow
from dashboard.db import db, expect_writing
from dashboard.patients.banner import banner
from dashboard.visits import reading
from dashboard.visits.area import area, me, one
from dashboard.visits.models import Visit

WEIGHT_SHOWN = "weight_shown_for"


@area.get("/visits/<ref:visit_ref>", allow=Allow.PHYSICIAN)
def show(visit_ref: str) -> ResponseReturnValue:
    """Read a visit; its weight stands here only on the page right after it was asked for."""
    visit = one(visit_ref)
    with_weight = session.pop(WEIGHT_SHOWN, "") == visit.ref
    return render_template(
        "visits/show.html", banner=banner(g.patient), visit=_read(visit, with_weight=with_weight)
    )


@area.post("/visits/<ref:visit_ref>/weight", allow=Allow.PHYSICIAN)
def show_weight(visit_ref: str) -> ResponseReturnValue:
    """Show the weight once; the trail tells who asked."""
    visit = one(visit_ref)
    _tell(visit, audit.Action.SHOW_WEIGHT)
    session[WEIGHT_SHOWN] = visit.ref
    return redirect(url_for("visits.show", patient_ref=g.patient.ref, visit_ref=visit.ref), 303)


@area.get("/visits/<ref:visit_ref>/print", allow=Allow.PHYSICIAN)
def print_view(visit_ref: str) -> ResponseReturnValue:
    """Show a visit as it is printed; the trail tells before the page is made."""
    expect_writing(True)
    visit = one(visit_ref)
    _tell(visit, audit.Action.PRINT)
    expect_writing(False)
    return render_template("visits/print.html", banner=banner(g.patient), visit=_read(visit))


def _read(visit: Visit, *, with_weight: bool = False) -> reading.Shown:
    signs = reading.signs_of(visit)
    return reading.shown(visit, signs=signs, me=me().id, with_weight=with_weight)


def _tell(visit: Visit, action: audit.Action) -> None:
    audit.record(
        db.session, action, subject="visit", subject_id=str(visit.id), patient_id=visit.patient_id
    )
    db.session.commit()
