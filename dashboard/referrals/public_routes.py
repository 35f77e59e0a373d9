"""The free assessment: the practice's public page, off until an admin switches it on.

Whatever is sent is answered alike: nobody learns from this page whether the practice knows a
person. What came from somebody under 18, or of a state that is not served, is not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import submissions
from dashboard.access import Allow, Area
from dashboard.db import db
from dashboard.errors import AlreadyDone
from dashboard.practice.models import Practice
from dashboard.practice.places import STATES
from dashboard.referrals import actions
from dashboard.referrals.forms import FreeAssessmentForm
from dashboard.referrals.stamps import Stamp

area = Area("free_assessment", __name__)
SEE_OTHER = HTTPStatus.SEE_OTHER


@area.url_value_preprocessor
def _dress_refusals(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    g.error_page = "referrals/public/error.html"


@area.before_request
def _answer_only_where_it_is_switched_on() -> None:
    """Look like no page at all while the practice does not use it."""
    practice = db.session.get(Practice, 1)
    if practice is None or not (practice.free_assessment and practice.states_served):
        g.pop("error_page", None)
        abort(404)
    g.practice = practice


@area.context_processor
def _words() -> dict[str, object]:
    return {"is_known": True, "served": _in_words([STATES[code] for code in _served()])}


@area.route("/free-assessment", methods=["GET", "POST"], allow=Allow.ANYONE)
def ask() -> ResponseReturnValue:
    """Ask nine questions, and keep the answers of an adult in a state that is served."""
    form = FreeAssessmentForm()
    if not form.is_submitted():
        return _page(form, HTTPStatus.OK)
    if form.is_elsewhere(_served()):
        return redirect(url_for("free_assessment.elsewhere"), SEE_OTHER)
    if not form.validate() or (stamp := form.checked_stamp()) is None:
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _kept(form, stamp)


@area.get("/free-assessment/thanks", allow=Allow.ANYONE)
def thanks() -> ResponseReturnValue:
    """Say what happens next, to anyone."""
    return render_template("referrals/public/thanks.html")


@area.get("/free-assessment/elsewhere", allow=Allow.ANYONE)
def elsewhere() -> ResponseReturnValue:
    """Say kindly whom the practice works with, that nothing was kept, and where help is."""
    return render_template("referrals/public/elsewhere.html")


def _kept(form: FreeAssessmentForm, stamp: Stamp) -> ResponseReturnValue:
    location = url_for("free_assessment.thanks")
    try:
        submissions.refuse_repeat(stamp.number)
        actions.receive(form.answers(), address=request.remote_addr or "")
        submissions.commit_once(stamp.number, location)
    except AlreadyDone as before:
        location = before.location
    except actions.Flooded as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.told)
        return _page(form, HTTPStatus.TOO_MANY_REQUESTS)
    return redirect(location, SEE_OTHER)


def _page(form: FreeAssessmentForm, status: HTTPStatus) -> ResponseReturnValue:
    return render_template("referrals/public/ask.html", form=form), status


def _served() -> Sequence[str]:
    """Return the states that the practice serves, as their codes."""
    practice: Practice | None = g.get("practice")
    return practice.states_served.split() if practice else ()


def _in_words(names: Sequence[str]) -> str:
    """Join names as people say them: Florida, Georgia and New Jersey."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
