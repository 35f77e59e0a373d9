"""Pages of licences: a physician's own, and everybody's for an admin."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow, Area
from dashboard.actor import current_actor
from dashboard.drafts.offer import offer, settle
from dashboard.licences import actions, consequences, reading
from dashboard.licences.forms import EndForm, LicenceForm, PhysicianLicenceForm
from dashboard.licences.models import Licence, LicenceKind

area = Area("licences", __name__)


@area.get("/licences", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show in which states I may treat, and until when."""
    return render_template(
        "licences/index.html", found=reading.of_account(_me()), soon=reading.ending_soon(_me())
    )


@area.route("/licences/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new() -> ResponseReturnValue:
    """Record a licence of mine."""
    form, back = LicenceForm(), url_for("licences.index")
    if form.was_sent():
        return _recorded(form, _me(), back)
    return _form(form, back, is_admin=False)


@area.route("/licences/<ref:licence_ref>/end", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def end(licence_ref: str) -> ResponseReturnValue:
    """End a licence of mine."""
    licence = reading.one(licence_ref, account_id=_me()) or abort(404)
    return _end(licence, url_for("licences.index"), is_admin=False)


@area.get("/practice/licences", allow=Allow.ADMIN)
def practice() -> ResponseReturnValue:
    """Show the licences of all physicians."""
    return render_template("licences/practice.html", found=reading.of_everybody())


@area.route("/practice/licences/new", methods=["GET", "POST"], allow=Allow.ADMIN)
def record_for() -> ResponseReturnValue:
    """Record a licence for a physician."""
    form, back = PhysicianLicenceForm(), url_for("licences.practice")
    form.offers(reading.physicians())
    if form.was_sent():
        return _recorded(form, uuid.UUID(form.physician.data), back)
    return _form(form, back, is_admin=True)


@area.route("/practice/licences/<ref:licence_ref>/end", methods=["GET", "POST"], allow=Allow.ADMIN)
def end_for(licence_ref: str) -> ResponseReturnValue:
    """End a licence of a physician."""
    licence = reading.one(licence_ref) or abort(404)
    return _end(licence, url_for("licences.practice"), is_admin=True)


def _form(form: LicenceForm, back: str, *, is_admin: bool) -> ResponseReturnValue:
    page = {"form": form, "draft": offer(form), "back": back, "is_admin": is_admin}
    return render_template("licences/new.html", **page), form.status


def _recorded(form: LicenceForm, account_id: uuid.UUID, back: str) -> ResponseReturnValue:
    state = str(form.state.data)
    actions.record(
        account_id, state=state, kind=LicenceKind(form.kind.data), number=form.number.data or "",
        from_on=form.from_on.data, until_on=form.until_on.data, by=_me(),
    )  # fmt: skip
    return _done(form, account_id, state, back, "The licence is recorded.")


def _end(licence: Licence, back: str, *, is_admin: bool) -> ResponseReturnValue:
    form = EndForm()
    if form.was_sent():
        actions.end(licence, by=_me(), reason=form.reason.data or "")
        return _done(form, licence.account_id, licence.state, back, "The licence is ended.")
    if licence.ended_at is not None:
        raise actions.EndedLicence
    return render_template(
        "licences/end.html", form=form, draft=offer(form), licence=licence, back=back,
        is_admin=is_admin,
    ), form.status  # fmt: skip


def _done(
    form: LicenceForm | EndForm, account_id: uuid.UUID, state: str, back: str, words: str
) -> ResponseReturnValue:
    """Judge whom it concerns with the change itself."""
    judged = consequences.judge_patients(account_id, state)
    settle(form)
    form.commit(back)
    more = {0: "", 1: " 1 patient was judged anew."}.get(
        judged, f" {judged} patients were judged anew."
    )
    flash(words + more, "ok")
    return redirect(back, 303)


def _me() -> uuid.UUID:
    return current_actor().id or abort(403)
