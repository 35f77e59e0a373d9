"""The admin's account pages: who can sign in, inviting somebody, one account."""

from __future__ import annotations

import base64
import binascii
from typing import Any, NoReturn

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import seal
from dashboard.access import Allow
from dashboard.accounts import actions, proof, throttle, views
from dashboard.accounts.area import area
from dashboard.accounts.door_routes import signed_in
from dashboard.accounts.forms import InviteForm
from dashboard.accounts.models import User
from dashboard.actor import Role
from dashboard.db import db
from dashboard.fields import clean


@area.get("/accounts", allow=Allow.ADMIN)
def index() -> ResponseReturnValue:
    """List the accounts."""
    wanted = _wanted()
    accounts, after = views.listed(wanted)
    filters: dict[str, Any] = {"q": wanted.words, "role": wanted.role, "state": wanted.state}
    following = url_for("accounts.index", after=after, **filters) if after else None
    return render_template(
        "accounts/index.html", accounts=accounts, wanted=wanted, following=following,
        first=url_for("accounts.index", **filters) if wanted.after else None,
        roles=list(Role), states=list(views.State),
    )  # fmt: skip


@area.route("/accounts/invite", methods=["GET", "POST"], allow=Allow.ADMIN)
def invite() -> ResponseReturnValue:
    """Invite somebody; the link is shown once, to be handed over."""
    form = InviteForm()
    if form.was_sent():
        try:
            user, token = actions.invite(
                email=form.email.data or "", name=form.name.data or "", role=Role(form.role.data)
            )
        except actions.AddressTaken as refusal:
            form.email.errors = [f"{refusal.told} {refusal.advice}"]
        else:
            location = url_for("accounts.show", account_ref=user.ref)
            form.commit(location)
            show_once(user, token, "invitation")
            flash("The account is made. Hand the link below to its owner.", "ok")
            return redirect(location, 303)
    return render_template("accounts/invite.html", form=form), form.status


@area.get("/accounts/<ref:account_ref>", allow=Allow.ADMIN)
def show(account_ref: str) -> ResponseReturnValue:
    """Show one account and what can be done to it."""
    user = account_of(account_ref)
    doors = (throttle.account_door(user.email), throttle.factor_door(user.id))
    return render_template(
        "accounts/show.html", account=views.account(user), is_own=user.id == signed_in().id,
        sign_ins=views.sign_ins(user.id), failures=views.failures(user.id),
        failed=throttle.failures_at(*doors), is_stopped=throttle.is_stopped(*doors),
        link=_link_shown_once(user), has_factor=proof.second_factor_due(),
    )  # fmt: skip


def account_of(account_ref: str) -> User:
    """Return the account a URL names, or answer 404."""
    user = db.session.scalar(sa.select(User).where(User.ref == account_ref))
    return user if user is not None else _no_such_account()


def show_once(user: User, token: str, kind: str) -> None:
    """Keep a fresh link, sealed, for the next view of its account's page and no longer."""
    sealed = seal.seal(f"{kind} {token}", context=f"link:{user.id}")
    session["fresh_link"] = base64.b64encode(sealed).decode()


def _link_shown_once(user: User) -> tuple[str, str] | None:
    """Return (kind, address) of a link just made for this account; it is not shown again."""
    try:
        sealed = base64.b64decode(session.pop("fresh_link", ""), validate=True)
        kind, token = seal.unseal(sealed, context=f"link:{user.id}").split(" ")
    except (binascii.Error, seal.BrokenSeal):
        return None
    return kind, url_for("accounts.join", token=token, _external=True)


def _wanted() -> views.Wanted:
    """Read the filter from the address; what cannot be meant is left out."""
    asked = request.args
    role, state = asked.get("role", ""), asked.get("state", "")
    return views.Wanted(
        words=clean(asked.get("q", ""))[:80],
        role=role if role in set(Role) else "",
        state=state if state in set(views.State) else "",
        after=clean(asked.get("after", ""))[:26],
    )


def _no_such_account() -> NoReturn:
    abort(404)
