"""Joining by a private link: rules first, then the password; the link is used once."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.accounts import actions, passwords
from dashboard.accounts.area import area
from dashboard.accounts.forms import JoinForm, NewPasswordForm
from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.errors import LinkEnded
from dashboard.links import Purpose
from dashboard.practice.models import Practice

PURPOSES = (Purpose.INVITATION, Purpose.FIRST_ADMIN, Purpose.NEW_PASSWORD)


@area.route("/join/<token>", methods=["GET", "POST"], allow=Allow.LINK, purposes=PURPOSES)
def join(token: str) -> ResponseReturnValue:
    """Choose a name and password for an account one was invited to, or a new password."""
    user = _invited()
    is_new = g.link.purpose is not Purpose.NEW_PASSWORD
    form = JoinForm(name=user.name) if is_new else NewPasswordForm()
    form.names = names_around(user)
    if form.was_sent():
        db.session.rollback()  # no lock is held while the hash is computed
        hashed = passwords.hash_of(form.new_password.data or "")
        name = (form.name.data or "") if isinstance(form, JoinForm) else ""
        actions.join(user, g.link, name=name, password_hash=hashed)
        db.session.commit()
        session.clear()
        flash("Your password is set. Sign in with it.", "ok")
        return redirect(url_for("accounts.sign_in"), 303)
    words = {"user": user, "is_new": is_new, "shortest": passwords.SHORTEST}
    return render_template("accounts/join.html", form=form, **words), form.status


def names_around(user: User) -> tuple[str, ...]:
    """Return the words somebody guessing this person's password would try."""
    practice = db.session.get(Practice, 1)
    return (practice.name if practice else "", user.name, user.email)


def _invited() -> User:
    user = db.session.get(User, g.link.subject_id)
    if user is None or user.disabled_at is not None:
        raise LinkEnded
    return user
