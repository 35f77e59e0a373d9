"""Pages of the medication ledger: what was supplied, taken, returned and counted."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.drafts.offer import offer, settle
from dashboard.forms import PageForm
from dashboard.prescriptions import reading as prescriptions
from dashboard.sessions import ledger, ledger_views, planned
from dashboard.sessions.area import area
from dashboard.sessions.ledger_forms import EntryForm, LedgerErrorForm
from dashboard.sessions.models import LedgerKind, TreatmentSession
from dashboard.sessions.steps import By


@area.get("/ledger", endpoint="ledger", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the ledger, newest first, with its balance and the prescriptions beside it."""
    written = [one for one in prescriptions.prescriptions(g.patient.id) if not one.error]
    return render_template(
        "sessions/ledger.html", ledger=ledger_views.page(g.patient.id), prescriptions=written
    )


@area.route("/ledger/new", endpoint="ledger_new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new() -> ResponseReturnValue:
    """Record what was supplied, returned or counted; a count that is wrong holds the plan."""
    session, form = _session_asked(), EntryForm()
    form.born_on = g.patient.born_on
    last = ledger_views.last(ledger.entries(g.patient.id))
    form.shows_last(last)
    if not form.is_submitted():
        form.starts_now()
    if form.was_sent():
        ledger.record(
            g.patient.id, LedgerKind(form.kind.data), units=form.units.data,
            unit_mg=form.unit_mg.data, moment=form.at, zone=formats.zone().key, by=_me(),
            words=form.words.data or "", session=session,
        )  # fmt: skip
        return _done(form, "The entry is recorded.")
    page = {"form": form, "draft": offer(form), "last": last}
    return render_template("sessions/ledger_new.html", **page), form.status


@area.route(
    "/ledger/<ref:ledger_ref>/in-error", endpoint="ledger_in_error", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def mark_in_error(ledger_ref: str) -> ResponseReturnValue:
    """Mark an entry of the ledger as entered in error."""
    entry = ledger_views.entry(g.patient.id, ledger_ref) or abort(404)
    form = LedgerErrorForm()
    if form.was_sent():
        ledger.mark_in_error(entry, by=_me(), reason=form.reason.data or "")
        return _done(form, "Marked as entered in error. It is kept and no longer counts.")
    page = {"form": form, "draft": offer(form), "what": ledger_views.in_words(entry)}
    return render_template("sessions/ledger_in_error.html", **page), form.status


def _done(form: PageForm, words: str) -> ResponseReturnValue:
    balance = ledger.of(g.patient.id)
    settle(form)
    location = url_for("sessions.ledger", patient_ref=g.patient.ref)
    form.commit(location)
    flash(f"{words} {balance.words}.", "stop" if balance.is_right is False else "ok")
    return redirect(location, 303)


def _session_asked() -> TreatmentSession | None:
    """Return the session that the address names, if it names one."""
    ref = request.args.get("session", "")
    return (planned.of(g.patient.id, ref) or abort(404)) if ref else None


def _me() -> By:
    actor = current_actor()
    return By(actor.id or abort(403), actor.name)
