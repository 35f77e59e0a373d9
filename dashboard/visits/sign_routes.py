"""The second look, and signing."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.patients.banner import banner
from dashboard.visits import actions, reading, sealing, since
from dashboard.visits.act_forms import SignForm
from dashboard.visits.area import area, me, one
from dashboard.visits.models import Visit


@area.route("/visits/<ref:visit_ref>/sign", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def sign(visit_ref: str) -> ResponseReturnValue:
    """Look at the note once more and sign exactly what is seen."""
    visit, form = one(visit_ref), SignForm()
    was_sent = form.was_sent()
    actions.refuse_closed(visit, by_id=me().id)
    signs, missing = reading.signs_of(visit), _missing(visit)
    has_changed = form.is_submitted() and not form.shows(visit.version)
    if was_sent and not missing and not has_changed:
        facts = since.live(visit.patient_id, before=visit.began_at, besides=visit.id)
        sealing.sign(visit, signs=signs, since=facts, by_id=me().id, name=me().name)
        location = url_for("visits.show", patient_ref=g.patient.ref, visit_ref=visit.ref)
        form.commit(location)
        flash("Note signed and sealed.", "ok")
        return redirect(location, 303)
    form.on_version(visit.version)
    return render_template(
        "visits/sign.html",
        form=form,
        banner=banner(g.patient),
        visit=reading.shown(visit, signs=signs, me=me().id),
        missing=missing,
        has_changed=has_changed,
    ), _status(sent=form.is_submitted(), has_changed=has_changed)


def _missing(visit: Visit) -> tuple[str, ...]:
    return tuple(name for name in ("assessment", "plan") if not getattr(visit, name))


def _status(*, sent: bool, has_changed: bool) -> int:
    if not sent:
        return 200
    return 409 if has_changed else 422
