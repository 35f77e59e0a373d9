"""A patient's clearance page, and showing its weights for one view."""

from __future__ import annotations

from flask import g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit
from dashboard.access import Allow
from dashboard.clearance.area import area, me
from dashboard.clearance.forms import AskForm
from dashboard.clearance.page import page
from dashboard.db import db

SHOWN = "clearance_weights_shown"  # in the session: whose weights the next page shows


@area.get("/clearance", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show where the patient stands, why, and what would make them Ready."""
    form = AskForm.asked()
    asked = form.question()
    shows_weight = session.pop(SHOWN, "") == g.patient.ref
    it = page(g.patient, asked, shows_weight=shows_weight, by=me().id)
    return render_template("clearance/patient.html", it=it, form=form, asked=asked)


@area.post("/clearance/weights", allow=Allow.PHYSICIAN)
def show_weight() -> ResponseReturnValue:
    """Show the next view with the numbers of body size; the trail tells who asked."""
    audit.record(
        db.session, audit.Action.SHOW_WEIGHT, subject="patient", subject_id=str(g.patient.id),
        patient_id=g.patient.id,
    )  # fmt: skip
    db.session.commit()
    session[SHOWN] = g.patient.ref
    return redirect(url_for("clearance.index", patient_ref=g.patient.ref), 303)
