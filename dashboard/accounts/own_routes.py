"""One's own account: where one is signed in, the password, the recovery codes, failed attempts."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit
from dashboard.access import Allow
from dashboard.accounts import actions, passwords, proof, second_factor, sign_in, views
from dashboard.accounts.area import area
from dashboard.accounts.door_routes import leave, signed_in
from dashboard.accounts.forms import ChangePasswordForm, PasswordForm
from dashboard.accounts.join_routes import names_around
from dashboard.accounts.models import SignIn, User
from dashboard.db import db
from dashboard.errors import SignInNeeded

WRONG = "That is not your present password."


@area.get("/account", allow=Allow.SIGNED_IN)
def account() -> ResponseReturnValue:
    """Show one's own account."""
    person, user = signed_in(), _me()
    return render_template(
        "accounts/account.html",
        me=views.account(user),
        sign_ins=views.sign_ins(user.id, here=person.sign_in_id),
        failures=views.failures(user.id),
        codes_left=second_factor.recovery_codes_left(user.id),
        has_factor=proof.second_factor_due(),
    )


@area.route("/account/password", methods=["GET", "POST"], allow=Allow.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Change one's password; every other sign-in ends."""
    user, form = _me(), ChangePasswordForm()
    form.names = names_around(user)
    if form.was_sent() and _proved(user, form):
        actions.set_password(user, passwords.hash_of(form.new_password.data or ""))
        _renew(user, "password changed")
        form.commit(url_for("accounts.account"))
        flash("Your password is changed. Your other sign-ins have ended.", "ok")
        return redirect(url_for("accounts.account"), 303)
    words = {"user": user, "shortest": passwords.SHORTEST}
    return render_template("accounts/change_password.html", form=form, **words), form.status


@area.route("/account/recovery-codes/new", methods=["GET", "POST"], allow=Allow.SIGNED_IN)
def new_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes; the old ones end."""
    user, form = _me(), PasswordForm()
    if not proof.second_factor_due():
        abort(404)
    if form.was_sent() and _proved(user, form):
        codes = second_factor.new_recovery_codes(user.id)
        audit.record(
            db.session, audit.Action.UPDATE, subject="account", subject_id=str(user.id),
            detail={"recovery_codes": "made anew"},
        )  # fmt: skip
        _renew(user, "recovery codes changed")
        form.commit(url_for("accounts.recovery_codes"))
        session["recovery_codes"] = second_factor.sealed_codes(user.id, codes)
        return redirect(url_for("accounts.recovery_codes"), 303)
    return render_template("accounts/new_recovery_codes.html", form=form), form.status


@area.get("/account/recovery-codes", allow=Allow.SIGNED_IN)
def recovery_codes() -> ResponseReturnValue:
    """Show the codes just made, until their owner has kept them."""
    sealed = session.get("recovery_codes")
    if not sealed:
        return redirect(url_for("accounts.account"), 303)
    codes = second_factor.unsealed_codes(signed_in().id, sealed)
    return render_template("accounts/recovery_codes.html", codes=codes)


@area.post("/account/recovery-codes/kept", allow=Allow.SIGNED_IN)
def recovery_codes_kept() -> ResponseReturnValue:
    """Forget the shown codes: nobody can see them again."""
    session.pop("recovery_codes", None)
    flash("Your recovery codes are in force.", "ok")
    return redirect(url_for("accounts.home"), 303)


@area.post("/account/sign-ins/<uuid:sign_in_id>/end", allow=Allow.SIGNED_IN)
def end_sign_in(sign_in_id: uuid.UUID) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    row = db.session.get(SignIn, sign_in_id)
    if row is None or row.user_id != signed_in().id:
        abort(404)
    sign_in.end(row, "ended by its owner")
    audit.record(db.session, audit.Action.SIGN_OUT, subject="sign_in", subject_id=str(row.id))
    db.session.commit()
    if row.id == signed_in().sign_in_id:
        return leave()
    flash(f"The sign-in on {row.device or 'that device'} has ended.", "ok")
    return redirect(url_for("accounts.account"), 303)


@area.post("/account/sign-out-everywhere", allow=Allow.SIGNED_IN)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every sign-in of one's account, this one too."""
    user = _me()
    sign_in.end_all(user.id, "signed out everywhere")
    audit.record(
        db.session, audit.Action.SIGN_OUT, subject="account", subject_id=str(user.id),
        detail={"everywhere": True},
    )  # fmt: skip
    db.session.commit()
    return leave()


def _me() -> User:
    user = db.session.get(User, signed_in().id)
    if user is None:
        raise SignInNeeded
    return user


def _proved(user: User, form: ChangePasswordForm | PasswordForm) -> bool:
    if proof.of_person(user, form.password.data or "", audit.Action.UNLOCK_FAILED):
        proof.forgive(user)
        return True
    form.password.errors = [WRONG]
    return False


def _renew(user: User, reason: str) -> None:
    """End the account's other sign-ins and give this one a new token."""
    row = sign_in.current_row()
    if row is None:
        raise SignInNeeded
    sign_in.end_all(user.id, reason, but=row.id)
    sign_in.rotate(row)
