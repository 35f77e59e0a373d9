"""Scores pages: the list, a questionnaire to fill in, its result, corrections."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.drafts.offer import offer, settle
from dashboard.fields import clean
from dashboard.patients.area import PatientArea
from dashboard.scores import actions, listing, pages, response_page
from dashboard.scores.forms import ErrorForm, ResponseForm, form_for
from dashboard.scores.models import Mode, Response

area = PatientArea("scores", __name__)


@area.get("/scores", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """List the patient's responses, newest first, what needs attention before them."""
    before = _found(clean(request.args["before"])) if "before" in request.args else None
    return render_template("scores/index.html", **pages.index(g.patient, before=before))


@area.get("/scores/new", allow=Allow.PHYSICIAN)
def choose() -> ResponseReturnValue:
    """Choose the questionnaire to enter."""
    return render_template("scores/choose.html", **pages.choose(g.patient))


@area.route("/scores/new/<instrument>", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new(instrument: str) -> ResponseReturnValue:
    """Enter a questionnaire item by item."""
    chosen = catalogue().get(instrument) or abort(404)
    form = form_for(chosen)()
    if not form.is_submitted():
        form.starts_now()
    if form.was_sent() and _is_wanted(form, chosen):
        return _save(form, chosen)
    return _entry(form, chosen)


@area.get("/scores/<ref:response_ref>", allow=Allow.PHYSICIAN)
def show(response_ref: str) -> ResponseReturnValue:
    """Show one response: dangers first, then the result, then every answer."""
    found = listing.whole(g.patient.id, response_ref) or abort(404)
    return render_template("scores/show.html", **response_page.show(g.patient, found))


@area.route("/scores/<ref:response_ref>/correct", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def correct(response_ref: str) -> ResponseReturnValue:
    """Correct a response by a new one that supersedes it."""
    old = _found(response_ref)
    chosen = catalogue().get(old.instrument) or abort(404)
    form = form_for(chosen)()
    if not form.is_submitted():
        form.starts_from(json.loads(old.answers), taken_at=old.taken_at)
        form.mode.data = old.mode.value
    if form.was_sent():
        return _save(form, chosen, supersedes=old)
    return _entry(form, chosen, corrects=old)


@area.route(
    "/scores/<ref:response_ref>/entered-in-error", methods=["GET", "POST"], allow=Allow.PHYSICIAN
)
def entered_in_error(response_ref: str) -> ResponseReturnValue:
    """Mark a response as entered in error, with the reason."""
    response, form = _found(response_ref), ErrorForm()
    location = url_for("scores.show", patient_ref=g.patient.ref, response_ref=response_ref)
    if form.was_sent():
        actions.mark_in_error(response, reason=form.reason.data or "", by=_actor())
        settle(form)
        form.commit(location)
        flash("Marked as entered in error. It is kept and no longer counts.", "ok")
        return redirect(location, 303)
    page = pages.about(g.patient, response, form=form, draft=offer(form))
    return render_template("scores/entered_in_error.html", **page), form.status


def _save(
    form: ResponseForm, instrument: Instrument, *, supersedes: Response | None = None
) -> ResponseReturnValue:
    response = actions.record(
        g.patient,
        instrument=instrument,
        answers=form.answers(instrument),
        taken_at=form.moment,
        zone=formats.zone().key,
        mode=Mode(form.mode.data),
        by=_actor(),
        supersedes=supersedes,
    )
    settle(form)
    location = url_for("scores.show", patient_ref=g.patient.ref, response_ref=response.ref)
    form.commit(location)
    flash("Scores saved.", "ok")
    return redirect(location, 303)


def _entry(
    form: ResponseForm, instrument: Instrument, *, corrects: Response | None = None
) -> ResponseReturnValue:
    draft = offer(form)
    page = pages.entry(g.patient, instrument, form=form, draft=draft, corrects=corrects)
    return render_template("scores/entry.html", **page), form.status


def _is_wanted(form: ResponseForm, instrument: Instrument) -> bool:
    """Ask before a second response of the same day is saved."""
    if form.another.data:
        return True
    start, end = _day_of(form.moment, formats.zone())
    same_day = listing.taken_between(g.patient.id, instrument, start, end)
    if not same_day:
        return True
    times = ", ".join(formats.time_of_day(at) for at in same_day)
    form.asks_about_another(
        f"{instrument.short} is on the chart for {formats.day(start)} already ({times}). "
        "Tick the box if these are other answers; else leave this page."
    )
    return False


def _day_of(moment: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the first instants of the local day of a moment and of the day after."""
    day = moment.astimezone(zone).date()
    start = dt.datetime.combine(day, dt.time(), zone)
    return start, dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)


def _found(ref: str) -> Response:
    return listing.of(g.patient.id, ref) or abort(404)


def _actor() -> uuid.UUID:
    return current_actor().id or abort(403)
