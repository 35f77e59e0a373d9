"""Autosaving from a page, and catching a form that was sent from behind a lock."""

from __future__ import annotations

from flask import Flask, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from dashboard import errors, formats
from dashboard.access import Allow, Area
from dashboard.actor import Standing, current_person
from dashboard.db import db
from dashboard.drafts import actions
from dashboard.errors import Refusal, SignInNeeded, local_path

area = Area("drafts", __name__)
LONGEST = 400_000
HALF_WAY = {Standing.SECOND_FACTOR_DUE, Standing.ENROLMENT_DUE}


class NoSuchPage(Refusal):
    """The draft does not say which page it belongs to."""


class TooLong(Refusal):
    """The draft is longer than can be kept. Save the form, or shorten it."""

    status = 413


def install(app: Flask) -> None:
    """Catch forms that arrive while their sender's sign-in is locked or over."""
    errors.interrupted.connect(_catch)


@area.post("/drafts", allow=Allow.IDENTIFIED)
def save() -> ResponseReturnValue:
    """Keep what is typed on a page (`key` is its path); behind the lock too: nothing is lost."""
    person = current_person()
    if person is None or person.standing in HALF_WAY:
        raise SignInNeeded
    number = request.form.get("version", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NoSuchPage
    fields = {name: request.form.getlist(name) for name in request.form}
    kept = _keep(request.form.get("key", ""), fields, built_on=int(number))
    db.session.commit()
    return jsonify(
        ok=True,
        version=kept.number,
        saved_at=f"{kept.saved_at.astimezone(formats.zone()):%H:%M:%S}",
    )


@area.post("/drafts/discard", allow=Allow.SIGNED_IN)
def discard() -> ResponseReturnValue:
    """Forget the draft of a page and go back to the page without it."""
    page = local_path(request.form.get("page", ""))
    person = current_person()
    if page is None or person is None:
        raise NoSuchPage
    actions.drop(user_id=person.id, page=page)
    db.session.commit()
    return redirect(page, 303)


def _keep(key: str, fields: dict[str, list[str]], *, built_on: int | None) -> actions.Kept:
    page, person = local_path(key), current_person()
    if page is None or person is None or len(page) > 300:
        raise NoSuchPage
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LONGEST:
        raise TooLong
    return actions.keep(user_id=person.id, page=page, fields=fields, built_on=built_on)


def _catch(_sender: object) -> bool:
    """Keep a form sent from behind a lock; say whether it was kept."""
    person = current_person()
    if person is None or person.standing not in {Standing.LOCKED, Standing.ENDED}:
        return False
    if local_path(request.form.get("page", "")) is None:
        return False
    fields = {name: request.form.getlist(name) for name in request.form}
    fields["record_version"] = fields.get("version", [""])
    _keep(request.form["page"], fields, built_on=None)
    db.session.commit()
    return True
