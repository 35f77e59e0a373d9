"""Pages that change a patient's schedule: entries, the default set, and how it runs."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.checkins import pages, planning, schedules
from dashboard.checkins.area import area
from dashboard.checkins.forms import DefaultForm, EntryForm, WayForm, refuse
from dashboard.checkins.models import ScheduleEntry
from dashboard.clinical.check_in_sets import proposals
from dashboard.clinical.schedules import Entry
from dashboard.db import db
from dashboard.drafts.offer import offer, settle

CHANGED = (
    "Somebody changed this after you opened it: {now} Your choice is kept here; save again to "
    "make it count."
)


@area.route("/check-ins/schedule/add", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def add() -> ResponseReturnValue:
    """Put a questionnaire on the schedule."""
    return _entry_page(EntryForm(), None)


@area.route("/check-ins/schedule/<ref:entry_ref>", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def change(entry_ref: str) -> ResponseReturnValue:
    """Change an entry: the old one ends and the new one takes its place."""
    entry = _entry(entry_ref)
    if entry.ended_at is not None:
        raise schedules.EndedAlready
    return _entry_page(EntryForm(), entry)


@area.post("/check-ins/schedule/<ref:entry_ref>/end", endpoint="end_entry", allow=Allow.PHYSICIAN)
def end_entry(entry_ref: str) -> ResponseReturnValue:
    """Take a questionnaire off the schedule. A second press finds nothing left to end."""
    entry = _entry(entry_ref)
    if entry.ended_at is None:
        schedules.end(entry, by=_actor())
        db.session.commit()
        flash("Taken off the schedule. What was answered stays on the chart.", "ok")
    return redirect(_index(), 303)


@area.route("/check-ins/schedule/default", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def use_default() -> ResponseReturnValue:
    """Offer the default set for the patient's diagnoses, with reasons, to take or leave."""
    form = DefaultForm()
    offered = pages.offer_default(form, g.patient)
    if not form.is_submitted():
        form.starts_on.data = schedules.first_free_day(g.patient)
    if form.was_sent():
        schedules.use(g.patient, _chosen(form), by=_actor())
        return _saved(form, "On the schedule now.")
    page = {"form": form, "draft": offer(form), "offered": offered}
    return render_template("checkins/default.html", **page), form.status


@area.route("/check-ins/schedule", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def way() -> ResponseReturnValue:
    """Pause or resume the schedule, choose its hour, and how invitations are sent."""
    form, held = WayForm(), schedules.held(g.patient.id)
    version = held.version if held else 0
    if not form.is_submitted():
        form.is_paused.data = "yes" if held and held.is_paused else "no"
        form.sends_email.data = "no" if held and not held.sends_email else "yes"
        form.hour.data = str(held.hour if held else 9)
        form.on_version(version)
    if form.was_sent():
        if form.shows(version):
            return _change_way(form)
        form.on_version(version)
        refuse(form.hour, CHANGED.format(now=pages.index(g.patient, page=0)["way"]))
        return _way_page(form), 409
    return _way_page(form), form.status


def _entry_page(form: EntryForm, entry: ScheduleEntry | None) -> ResponseReturnValue:
    form.offer(pages.askable(), earliest=schedules.first_free_day(g.patient))
    if entry is not None and not form.is_submitted():
        form.show(entry)
    if form.was_sent():
        troubles = schedules.problems(g.patient, form.entry(), besides=entry)
        if not troubles:
            schedules.add(g.patient, form.entry(), by=_actor(), replaces=entry)
            return _saved(form, "Schedule saved.")
        form.instrument.errors = list(troubles)
    page = {"form": form, "draft": offer(form), "entry": _shown(entry)}
    return render_template("checkins/entry.html", **page), form.status


def _shown(entry: ScheduleEntry | None) -> dict[str, str] | None:
    if entry is None:
        return None
    return {"ref": entry.ref, "name": pages.name_of(entry), "when": pages.timing_words(entry)}


def _change_way(form: WayForm) -> ResponseReturnValue:
    schedules.change_way(
        schedules.begin(g.patient, by=_actor()),
        is_paused=form.is_paused.data == "yes",
        sends_email=form.sends_email.data == "yes",
        hour=int(form.hour.data),
        by=_actor(),
    )
    return _saved(form, "Schedule saved.")


def _way_page(form: WayForm) -> str:
    return render_template(
        "checkins/way.html", form=form, draft=offer(form), can_mail=pages.can_mail(g.patient)
    )


def _chosen(form: DefaultForm) -> list[Entry]:
    codes = g.patient.diagnosis_codes.replace(",", " ").split()
    found = zip(
        pages.proposed(g.patient), proposals(codes, available=planning.askable()), strict=True
    )
    return [
        one.entry(starting=form.starts_on.data)
        for shown, one in found
        if shown.key in form.chosen.ticked
    ]


def _saved(form: EntryForm | DefaultForm | WayForm, words: str) -> ResponseReturnValue:
    settle(form)
    form.commit(_index())
    flash(words, "ok")
    return redirect(_index(), 303)


def _entry(ref: str) -> ScheduleEntry:
    found = sa.select(ScheduleEntry).where(
        ScheduleEntry.ref == ref, ScheduleEntry.patient_id == g.patient.id
    )
    return db.session.scalar(found) or abort(404)


def _index() -> str:
    return url_for("checkins.index", patient_ref=g.patient.ref)


def _actor() -> uuid.UUID:
    return current_actor().id or abort(403)
