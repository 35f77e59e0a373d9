"""Emergency access: the door for a physician off the team, and the admins' review of it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.fields import clean
from dashboard.patients import reviewing
from dashboard.patients.areas import me, patients
from dashboard.patients.emergency import Opened, TooManyAttempts, open_in_emergency
from dashboard.patients.forms import EmergencyForm, ReviewForm
from dashboard.patients.reviewing import Reviewable

LIST = "patients.emergency_review"


@patients.route("/patients/emergency-access", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def emergency() -> ResponseReturnValue:
    """Open a chart for an hour; every attempt is told in the trail, found or not."""
    form, status = EmergencyForm(), 0
    if form.was_sent():
        try:
            opened = _open(form)
        except Refusal as refusal:
            db.session.commit()
            form.form_errors = [refusal.told]
            status = 429 if isinstance(refusal, TooManyAttempts) else 422
        else:
            location = url_for("chart.overview", patient_ref=opened.patient.ref)
            form.commit(location)
            flash(*_words(opened))
            return redirect(location, 303)
    return render_template("patients/emergency.html", form=form), status or form.status


@patients.get("/emergency-access", allow=Allow.ADMIN)
def emergency_review() -> ResponseReturnValue:
    """List the emergency accesses; patients stand here by public id only."""
    is_all = request.args.get("show") == "all"
    older, newer = (clean(request.args.get(way, ""))[:26] for way in ("older", "newer"))
    page = reviewing.page(only_unreviewed=not is_all, older=older, newer=newer)
    show = "all" if is_all else None
    return render_template(
        "patients/emergency_review.html",
        accesses=page.rows,
        is_all=is_all,
        newer=url_for(LIST, newer=page.newer, show=show) if page.newer else None,
        older=url_for(LIST, older=page.older, show=show) if page.older else None,
    )


@patients.route("/emergency-access/<ref:access_ref>", methods=["GET", "POST"], allow=Allow.ADMIN)
def review_emergency(access_ref: str) -> ResponseReturnValue:
    """Read one emergency access, and review it once."""
    access, form = _access(access_ref), ReviewForm()
    if form.was_sent():
        reviewing.review(access.id, note=form.note.data or "", by_id=me().id)
        location = url_for(LIST)
        form.commit(location)
        flash("Reviewed.", "ok")
        return redirect(location, 303)
    return render_template("patients/review.html", form=form, access=access), form.status


def _open(form: EmergencyForm) -> Opened:
    assert form.born_on.data is not None  # noqa: S101 - Required holds here
    return open_in_emergency(
        who=form.who.data or "", born_on=form.born_on.data, reason=form.reason.data or "",
        by_id=me().id,
    )  # fmt: skip


def _words(opened: Opened) -> tuple[str, str]:
    if opened.access is None:
        return "You are on this patient’s care team: no emergency access was needed.", "ok"
    return "Emergency access for 60 minutes. An admin reviews it.", "warn"


def _access(access_ref: str) -> Reviewable:
    return reviewing.one(access_ref) or abort(404)
