"""The practice's settings: used at once on every page, never saved over somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from dashboard import formats
from dashboard.access import Allow, Area
from dashboard.accounts.models import User
from dashboard.audit import AuditEvent
from dashboard.clinical.instruments import catalogue
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.practice.forms import PracticeForm
from dashboard.practice.models import Practice

area = Area("practice", __name__)
Value: TypeAlias = str | bool | int | list[str]
FIELDS = (
    "name", "telephone", "time_zone", "states_served",
    "answers_are_read", "alert_minutes", "next_visit_days", "alert_email", "free_assessment",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One field that somebody else saved meanwhile."""

    label: str
    theirs: str
    yours: str


@dataclass(frozen=True)
class Conflict:
    """Who saved meanwhile, when, and what differs."""

    who: str
    when: str
    differences: list[Difference]


@dataclass(frozen=True)
class LicensedText:
    """One questionnaire whose text the practice loaded itself."""

    name: str
    words: str


@area.route("/practice", methods=["GET", "POST"], allow=Allow.ADMIN)
def edit() -> ResponseReturnValue:
    """Show and change the practice's settings."""
    practice = db.session.get(Practice, 1)
    if practice is None:
        abort(404)
    form = PracticeForm(data=_shown(practice))
    if not form.is_submitted():
        form.on_version(practice.version)
    if form.was_sent():
        if not form.shows(practice.version):
            return _conflict(form, practice)
        return _save(form, practice)
    return _page(form, None), form.status


def _save(form: PracticeForm, practice: Practice) -> ResponseReturnValue:
    practice.name, practice.telephone = form.name.data or "", form.telephone.data or ""
    practice.time_zone = form.time_zone.data
    practice.states_served = " ".join(sorted(form.states_served.data or ()))
    practice.answers_are_read = form.answers_are_read.data or ""
    practice.alert_email = form.alert_email.data or ""
    practice.alert_minutes = form.alert_minutes.data or practice.alert_minutes
    practice.next_visit_days = form.next_visit_days.data or practice.next_visit_days
    practice.free_assessment = bool(form.free_assessment.data)
    settle(form)
    form.commit(url_for("practice.edit"))
    flash("The practice's settings are saved and in use.", "ok")
    return redirect(url_for("practice.edit"), 303)


def _conflict(form: PracticeForm, practice: Practice) -> ResponseReturnValue:
    """Show both texts; the next save is made on the present version."""
    stored = _shown(practice)
    differences = [
        Difference(form[name].label.text, theirs, yours)
        for name in FIELDS
        if (theirs := _text(stored[name])) != (yours := _text(_typed(form[name])))
    ]
    form.on_version(practice.version)
    who = _last_changed_by()
    found = Conflict(who, formats.moment(practice.changed_at), differences)
    return _page(form, found), 409


def _page(form: PracticeForm, conflict: Conflict | None) -> str:
    draft = offer(form)
    return render_template(
        "practice/edit.html", form=form, draft=draft, conflict_found=conflict, texts=_texts()
    )


def _texts() -> tuple[LicensedText, ...]:
    """Return the questionnaire texts loaded from the practice's own copies, and by whose word."""
    return tuple(
        LicensedText(
            one.short,
            f"held by {one.attestation.licence_holder}: {one.attestation.basis}, stated by "
            f"{one.attestation.by} on {formats.day(one.attestation.date)}",
        )
        for one in catalogue().values()
        if one.attestation is not None
    )


def _shown(practice: Practice) -> dict[str, Value]:
    return {
        "name": practice.name,
        "telephone": practice.telephone,
        "time_zone": practice.time_zone,
        "states_served": practice.states_served.split(),
        "answers_are_read": practice.answers_are_read,
        "alert_minutes": practice.alert_minutes,
        "next_visit_days": practice.next_visit_days,
        "alert_email": practice.alert_email,
        "free_assessment": practice.free_assessment,
    }


def _typed(field: Field) -> Value:
    if isinstance(field.data, bool):
        return field.data
    return sorted(field.data or ()) if field.name == "states_served" else str(field.data or "")


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return " ".join(value) if isinstance(value, list) else str(value)


def _last_changed_by() -> str:
    """Name who saved last, as the trail knows it."""
    name = db.session.scalar(
        sa.select(sa.func.coalesce(User.name, AuditEvent.actor_name))
        .select_from(AuditEvent)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(AuditEvent.action == "update", AuditEvent.subject == "practice")
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    return name or "Somebody else"
