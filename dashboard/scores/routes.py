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
from dashboard.clinical.instruments import Instrument, Result, catalogue, score
from dashboard.drafts.offer import offer, settle
from dashboard.fields import clean
from dashboard.patients.area import PatientArea
from dashboard.scores import actions, listing, pages, response_page
from dashboard.scores.forms import ErrorForm, ResponseForm, form_for, totals_form_for
from dashboard.scores.models import Mode, Response
from dashboard.scores.readings import written
from dashboard.scores.totals import NONE_RECORDED, BadTotal, result_of

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
    chosen = _entered(instrument)
    form = form_for(chosen)()
    if not form.is_submitted():
        form.starts_now()
    if form.was_sent() and _is_wanted(form, chosen):
        return _save(form, chosen)
    return _entry(form, chosen)


@area.route("/scores/new/<instrument>/totals", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def totals(instrument: str) -> ResponseReturnValue:
    """Enter the scores of a questionnaire whose answers are not at hand."""
    chosen = _entered(instrument)
    if not chosen.scores:
        abort(404)
    form = totals_form_for(chosen)()
    if not form.is_submitted():
        form.starts_now()
    if form.was_sent() and _is_wanted(form, chosen) and (result := _totals(form, chosen)):
        return _add(form, result)
    return _totals_entry(form, chosen)


@area.get("/scores/<ref:response_ref>", allow=Allow.PHYSICIAN)
def show(response_ref: str) -> ResponseReturnValue:
    """Show one response: dangers first, then the result, then every answer."""
    found = listing.whole(g.patient.id, response_ref) or abort(404)
    return render_template("scores/show.html", **response_page.show(g.patient, found))


@area.route("/scores/<ref:response_ref>/correct", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def correct(response_ref: str) -> ResponseReturnValue:
    """Correct a response by a new one that supersedes it."""
    old = _found(response_ref)
    chosen = _entered(old.instrument)
    if old.answers == NONE_RECORDED:
        return _correct_totals(old, chosen)
    form = form_for(chosen)()
    if not form.is_submitted():
        form.starts_from(
            json.loads(old.answers),
            declined=json.loads(old.declined),
            taken_at=old.taken_at,
            mode=old.mode,
        )
    if form.was_sent():
        return _save(form, chosen, supersedes=old)
    return _entry(form, chosen, corrects=old)


def _correct_totals(old: Response, chosen: Instrument) -> ResponseReturnValue:
    form = totals_form_for(chosen)()
    if not form.is_submitted():
        form.starts_from({}, taken_at=old.taken_at, mode=old.mode)
        for value in listing.values_of([old.id]):
            if value.value is not None:
                form[f"score_{value.score}"].data = written(chosen, value.score, value.value)
    if form.was_sent() and (result := _totals(form, chosen)):
        return _add(form, result, supersedes=old)
    return _totals_entry(form, chosen, corrects=old)


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
    declined = form.declined(instrument)
    result = score(instrument, form.answers(instrument), declined=declined)
    return _add(form, result, supersedes=supersedes)


def _add(
    form: ResponseForm, result: Result, *, supersedes: Response | None = None
) -> ResponseReturnValue:
    response = actions.add(
        g.patient,
        result,
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


def _totals(form: ResponseForm, instrument: Instrument) -> Result | None:
    """Return the totals as a result; None, with the reason at the first field, when they are none.

    A number off the scale was refused by its field before.
    """
    try:
        return result_of(instrument, form.totals(instrument))
    except BadTotal as error:
        form[f"score_{error.score or instrument.scores[0].id}"].errors = [f"{error}."]
        return None


def _totals_entry(
    form: ResponseForm, instrument: Instrument, *, corrects: Response | None = None
) -> ResponseReturnValue:
    page = pages.totals(g.patient, instrument, form=form, draft=offer(form), corrects=corrects)
    return render_template("scores/totals.html", **page), form.status


def _entered(instrument: str) -> Instrument:
    """Return an instrument that can be entered; one derived from another cannot."""
    found = catalogue().get(instrument) or abort(404)
    if found.derived_from:
        abort(404)
    return found


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
