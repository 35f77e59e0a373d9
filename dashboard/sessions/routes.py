"""Pages of sessions: what is planned and given, recording a dose, marking one in error."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clock import now
from dashboard.drafts.offer import offer, settle
from dashboard.scores import baselines
from dashboard.sessions import (
    actions,
    after_routes,
    closing_routes,
    counting,
    despite,
    event_routes,
    ledger_routes,
    listing,
    live_routes,
    planned,
    planned_routes,
    planning,
    preflight_routes,
    record_routes,
    show_routes,
    steps,
)
from dashboard.sessions.area import area
from dashboard.sessions.forms import DoseForm, InErrorForm
from dashboard.sessions.models import Route
from dashboard.windows import following

__all__ = [
    "after_routes", "area", "closing_routes", "event_routes", "ledger_routes", "live_routes",
    "planned_routes", "preflight_routes", "record_routes", "show_routes",
]  # fmt: skip


@area.get("/doses", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """List the sessions that are planned, and the doses that were given, newest first."""
    sessions, moment = planned.listed(g.patient.id), now()
    named = counting.of_sessions(g.patient.id, sessions)
    return render_template(
        "sessions/index.html",
        rows=listing.rows(g.patient.id),
        sessions=[planned.row(one, at=moment) for one in sessions],
        courses={one.ref: named.get(one.id, "") for one in sessions},
    )


@area.route("/doses/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new() -> ResponseReturnValue:
    """Record a dose; baselines and the schedule count from it."""
    form = DoseForm()
    form.born_on = g.patient.born_on
    if not form.is_submitted():
        form.starts_now()
    if form.was_sent() and _is_wanted(form) and _is_allowed(form):
        dose = actions.record(
            g.patient,
            given_at=form.given_at,
            zone=formats.zone().key,
            dose_mg=form.dose_mg.data,
            route=Route(form.route.data),
            by=_actor(),
        )
        following.schedule(dose, by=_actor())
        if form.stands_against:
            despite.keep_in_sight(
                dose, because=form.stands_against, reason=form.despite.data or "",
                owner_id=_actor(),
            )  # fmt: skip
        kept = " A task keeps in sight that it was not cleared." if form.stands_against else ""
        words = f"Dose recorded. Baselines and check-ins count from it.{_held(form)}{kept}"
        return _done(form, words)
    return render_template("sessions/new.html", form=form, draft=offer(form)), form.status


@area.route("/doses/<ref:dose_ref>/in-error", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def mark_in_error(dose_ref: str) -> ResponseReturnValue:
    """Mark a dose as entered in error, with the reason."""
    dose, form = listing.of(g.patient.id, dose_ref) or abort(404), InErrorForm()
    if form.was_sent():
        actions.mark_in_error(dose, reason=form.reason.data or "", by=_actor())
        following.call_off(dose, by=(_actor(), steps.by_id(_actor()).name))
        return _done(form, "Marked as entered in error. It is kept and no longer counts.")
    page = {"form": form, "draft": offer(form), "dose": listing.one_row(dose)}
    return render_template("sessions/in_error.html", **page), form.status


def _done(form: DoseForm | InErrorForm, words: str) -> ResponseReturnValue:
    baselines.renew(g.patient.id)
    settle(form)
    location = url_for("sessions.index", patient_ref=g.patient.ref)
    form.commit(location)
    flash(words, "ok")
    return redirect(location, 303)


def _held(form: DoseForm) -> str:
    """Mark the planned session of that day as held, and say so."""
    session = planned.of_day(planning.planned(g.patient.id), form.given_at, zone=formats.zone())
    if session is None:
        return ""
    planning.hold(session, by=_actor())
    return " The session planned for that day is marked as having taken place."


def _is_wanted(form: DoseForm) -> bool:
    """Ask before a second dose of the same day is recorded."""
    day = form.given_at.astimezone(formats.zone()).date()
    start = dt.datetime.combine(day, dt.time(), formats.zone())
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), formats.zone())
    same_day = listing.given_between(g.patient.id, start, end)
    if same_day and not form.another.data:
        form.asks_about_another(", ".join(formats.time_of_day(at) for at in same_day))
        return False
    return True


def _is_allowed(form: DoseForm) -> bool:
    """Ask before a dose is recorded that the clearance did not allow."""
    form.stands_against = despite.standing_against(g.patient, given_at=form.given_at)
    if form.stands_against and not form.despite.data:
        form.asks_despite(form.stands_against)
        return False
    return True


def _actor() -> uuid.UUID:
    return current_actor().id or abort(403)
