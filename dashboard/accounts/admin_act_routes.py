"""What an admin does to one account: each act bites at once and is told in the trail."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.accounts import actions, views
from dashboard.accounts.admin_routes import account_of, show_once
from dashboard.accounts.area import area
from dashboard.accounts.door_routes import signed_in
from dashboard.accounts.forms import HandOverForm, RoleForm
from dashboard.accounts.models import User
from dashboard.actor import Role
from dashboard.db import db

ACCOUNT = "/accounts/<ref:account_ref>"


@area.route(f"{ACCOUNT}/disable", methods=["GET", "POST"], allow=Allow.ADMIN)
def disable(account_ref: str) -> ResponseReturnValue:
    """Disable an account after a second look; a physician's open work finds a new owner."""
    user, form = account_of(account_ref), HandOverForm()
    form.offer_receivers(views.receivers(but=user.id))
    if form.was_sent():
        try:
            moved = actions.disable(user, by=signed_in().id, receiver=_receiver(form))
        except actions.WorkNeedsReceiver as refusal:
            form.receiver.errors = [refusal.told]
        else:
            return _done(user, form, f"The account is disabled.{_moved(moved)}")
    words = {"account": views.account(user), "work": actions.open_work(user.id)}
    return render_template("accounts/disable.html", form=form, **words), form.status


@area.route(f"{ACCOUNT}/role", methods=["GET", "POST"], allow=Allow.ADMIN)
def change_role(account_ref: str) -> ResponseReturnValue:
    """Change what an account is for; its sign-ins end."""
    user = account_of(account_ref)
    form = RoleForm(role=user.role.value)
    form.offer_receivers(views.receivers(but=user.id))
    if form.was_sent():
        try:
            moved = actions.change_role(
                user, Role(form.role.data), by=signed_in().id, receiver=_receiver(form)
            )
        except actions.WorkNeedsReceiver as refusal:
            form.receiver.errors = [refusal.told]
        else:
            return _done(user, form, f"The role is {user.role.value}.{_moved(moved)}")
    words = {"account": views.account(user), "work": actions.open_work(user.id)}
    return render_template("accounts/role.html", form=form, **words), form.status


@area.post(f"{ACCOUNT}/enable", allow=Allow.ADMIN)
def enable(account_ref: str) -> ResponseReturnValue:
    """Let a disabled account sign in again."""
    user = account_of(account_ref)
    actions.enable(user)
    return _said(user, "The account is enabled. A physician's former patients stay where they are.")


@area.post(f"{ACCOUNT}/unlock", allow=Allow.ADMIN)
def unlock_account(account_ref: str) -> ResponseReturnValue:
    """Let an account that was stopped by failed attempts try again."""
    user = account_of(account_ref)
    actions.unlock(user)
    return _said(user, "The account is unlocked.")


@area.post(f"{ACCOUNT}/reset-second-factor", allow=Allow.ADMIN)
def reset_second_factor(account_ref: str) -> ResponseReturnValue:
    """Forget a lost second factor."""
    user = account_of(account_ref)
    actions.reset_second_factor(user, by=signed_in().id)
    return _said(user, "The second factor is reset. Its owner sets up a new one at sign-in.")


@area.post(f"{ACCOUNT}/link", allow=Allow.ADMIN)
def send_link(account_ref: str) -> ResponseReturnValue:
    """Make a new invitation or new-password link; earlier ones end."""
    user = account_of(account_ref)
    token = actions.send_link(user)
    show_once(user, token, "invitation" if user.joined_at is None else "password")
    return _said(user, "The link is made. Hand it to the account's owner.")


@area.post(f"{ACCOUNT}/end-sign-ins", allow=Allow.ADMIN)
def end_sign_ins(account_ref: str) -> ResponseReturnValue:
    """End every sign-in of an account."""
    user = account_of(account_ref)
    actions.end_sign_ins(user)
    return _said(user, "Every sign-in of the account has ended.")


def _done(user: User, form: HandOverForm, words: str) -> ResponseReturnValue:
    location = url_for("accounts.show", account_ref=user.ref)
    form.commit(location)
    flash(words, "ok")
    return redirect(location, 303)


def _said(user: User, words: str) -> ResponseReturnValue:
    location = url_for("accounts.show", account_ref=user.ref)
    db.session.commit()
    flash(words, "ok")
    return redirect(location, 303)


def _receiver(form: HandOverForm) -> User | None:
    if not form.receiver.data:
        return None
    return db.session.scalar(sa.select(User).where(User.ref == form.receiver.data))


def _moved(moved: actions.HandedOver) -> str:
    if not (moved.patients or moved.visits):
        return ""
    return f" Handed over: {moved.patients} patients, {moved.visits} unsigned visits."
