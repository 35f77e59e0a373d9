"""The idle lock: the page and its typed text wait; the password opens them again."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from dashboard import audit
from dashboard.access import Allow
from dashboard.accounts import proof, sign_in
from dashboard.accounts.area import area
from dashboard.accounts.door_routes import onward, signed_in
from dashboard.accounts.forms import PasswordForm
from dashboard.accounts.models import SignIn, User
from dashboard.actor import Standing
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import SignInNeeded, local_path, wants_json

WRONG = "That is not the password of this account. Try again."


@area.post("/lock", allow=Allow.IDENTIFIED)
def lock() -> ResponseReturnValue:
    """Lock this sign-in: no page opens until the password is given."""
    row = sign_in.current_row()
    if row is not None and signed_in().standing is Standing.OPEN:
        sign_in.lock(row)
        db.session.commit()
    if wants_json(request):
        return "", 204
    session["return_to"] = _page_before()
    return redirect(url_for("accounts.unlock"), 303)


@area.route("/unlock", methods=["GET", "POST"], allow=Allow.IDENTIFIED)
def unlock() -> ResponseReturnValue:
    """Unlock with the password, and go on where the page was."""
    person, form = signed_in(), PasswordForm()
    if person.standing not in (Standing.LOCKED, Standing.OPEN):
        raise SignInNeeded
    if person.standing is Standing.OPEN and not form.is_submitted():
        return redirect(onward(person.role), 303)
    if form.was_sent():
        user, row = db.session.get(User, person.id), sign_in.current_row()
        if user and row and proof.of_person(user, form.password.data or ""):
            return _open(user, row)
        form.password.errors = [WRONG]
    return _still_locked(form, person.name)


@area.post("/session/keep", allow=Allow.SIGNED_IN)
def keep() -> ResponseReturnValue:
    """Note that the person is still here."""
    return "", 204


def _page_before() -> str:
    """Return the page whose Lock button was pressed, to go on there after unlocking."""
    before = urlsplit(request.referrer or "")
    page = f"{before.path}?{before.query}" if before.query else before.path
    return page if before.netloc == request.host and local_path(page) else "/"


def _open(user: User, row: SignIn) -> ResponseReturnValue:
    row.locked_at, row.seen_at = None, now()
    sign_in.rotate(row)
    audit.record(db.session, audit.Action.UNLOCK, subject="sign_in", subject_id=str(row.id))
    failed = proof.forgive(user)
    if not wants_json(request):
        proof.welcome(user, failed=failed)
    db.session.commit()
    if wants_json(request):
        return jsonify(ok=True, csrf_token=generate_csrf())
    return redirect(onward(user.role), 303)


def _still_locked(form: PasswordForm, name: str) -> ResponseReturnValue:
    if wants_json(request):
        message = " ".join(form.password.errors) or "Enter your password."
        return jsonify(ok=False, message=message), 422
    kept = bool(session.get("typed_text_kept"))
    page = render_template("accounts/unlock.html", form=form, name=name, typed_text_kept=kept)
    return page, form.status
