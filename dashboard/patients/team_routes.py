"""The care team: who treats a patient, joining it, leaving it, and who opened in an emergency."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.patients import team as care
from dashboard.patients.areas import me, patient
from dashboard.patients.emergency import end_emergency
from dashboard.patients.forms import JoinForm, LeaveForm, LeaveOneselfForm
from dashboard.patients.team import Place


@patient.get("/team", allow=Allow.PHYSICIAN)
def team() -> ResponseReturnValue:
    """Show the care team."""
    places = care.places(g.patient.id, me=me().id)
    return render_template(
        "patient/team.html",
        places=places,
        is_member=any(place.is_me and not place.until for place in places),
        emergencies=care.emergencies(g.patient.id),
    )


@patient.route("/team/add", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def add_to_team() -> ResponseReturnValue:
    """Put another physician on the care team."""
    form = JoinForm()
    form.offer(care.could_join(g.patient.id))
    if form.was_sent():
        care.add_to_team(
            g.patient, physician_id=_chosen(form), reason=form.reason.data or "", by_id=me().id
        )
        settle(form)
        location = url_for("patient.team", patient_ref=g.patient.ref)
        form.commit(location)
        flash("Added to the care team.", "ok")
        return redirect(location, 303)
    care.refuse_outsiders(g.patient.id, me().id)
    return render_template("patient/add_to_team.html", form=form, draft=offer(form)), form.status


@patient.route("/team/<uuid:member_id>/remove", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def remove_from_team(member_id: uuid.UUID) -> ResponseReturnValue:
    """Take a physician off the care team after a second look; leaving oneself closes the chart."""
    place = _place(member_id)
    form = LeaveOneselfForm() if place.is_me else LeaveForm()
    if form.was_sent():
        care.remove_from_team(
            g.patient, member_id=member_id, reason=form.reason.data or "", by_id=me().id
        )
        settle(form)
        here = url_for("patient.team", patient_ref=g.patient.ref)
        location = url_for("patients.caseload") if place.is_me else here
        form.commit(location)
        flash("You left the care team." if place.is_me else "Removed from the care team.", "ok")
        return redirect(location, 303)
    care.refuse_outsiders(g.patient.id, me().id)
    page = {"form": form, "draft": offer(form), "place": place}
    return render_template("patient/remove_from_team.html", **page), form.status


@patient.post("/emergency-access/end", endpoint="end_emergency", allow=Allow.PHYSICIAN)
def end_emergency_access() -> ResponseReturnValue:
    """End one's own emergency access to this chart; a second press finds nothing left to end."""
    if g.emergency_access is not None:
        end_emergency(g.emergency_access)
        db.session.commit()
        flash("The emergency access has ended.", "ok")
    return redirect(url_for("patients.caseload"), 303)


def _place(member_id: uuid.UUID) -> Place:
    """Return a present place on this patient's care team, or answer 404."""
    places = care.places(g.patient.id, me=me().id)
    found = (place for place in places if place.id == member_id and not place.until)
    return next(found, None) or abort(404)


def _chosen(form: JoinForm) -> uuid.UUID:
    found = db.session.scalar(sa.select(User.id).where(User.ref == form.physician.data))
    return found or abort(404)
