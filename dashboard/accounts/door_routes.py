"""The door: signing in, where one goes from there, and signing out."""

from __future__ import annotations

from flask import current_app, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit
from dashboard.access import Allow
from dashboard.accounts import proof, sign_in
from dashboard.accounts.area import area
from dashboard.accounts.forms import SignInForm, plain_email
from dashboard.accounts.models import User
from dashboard.actor import Person, Role, Standing, acting_as, current_person
from dashboard.db import db
from dashboard.errors import SignInNeeded, local_path
from dashboard.practice.models import Practice

WRONG = "This e-mail address and password do not open an account here. Check both and try again."
DOOR = ("/sign-in", "/sign-out", "/signed-out", "/unlock", "/lock", "/session", "/drafts", "/join")
HOMES = {Role.PHYSICIAN: "patients.caseload", Role.ADMIN: "accounts.index"}
WAITING = {
    Standing.SECOND_FACTOR_DUE: "accounts.second_factor",
    Standing.ENROLMENT_DUE: "accounts.enrol",
}


@area.get("/", allow=Allow.SIGNED_IN)
def home() -> ResponseReturnValue:
    """Lead everybody to where their work begins."""
    return redirect(url_for(HOMES[signed_in().role]), 303)


@area.route("/sign-in", methods=["GET", "POST"], allow=Allow.ANYONE, endpoint="sign_in")
def door() -> ResponseReturnValue:
    """Sign in with e-mail and password."""
    person = current_person()
    form = SignInForm()
    if person and not form.is_submitted() and person.standing in (Standing.OPEN, *WAITING):
        return redirect(next_step(person.standing), 303)
    if form.was_sent():
        user = proof.of_email(plain_email(form.email.data), form.password.data or "")
        if user is not None:
            return let_in(user, form.password.data or "")
        form.form_errors.append(WRONG)
    status = 422 if form.errors or form.form_errors else 200
    return render_template("accounts/sign_in.html", form=form, **_door_words()), status


@area.post("/sign-out", allow=Allow.IDENTIFIED)
def sign_out() -> ResponseReturnValue:
    """End this sign-in; the browser forgets what it cached."""
    row = sign_in.current_row()
    if row is not None:
        sign_in.end(row, "signed out")
        audit.record(db.session, audit.Action.SIGN_OUT, subject="sign_in", subject_id=str(row.id))
        db.session.commit()
    return leave()


@area.get("/signed-out", allow=Allow.ANYONE)
def signed_out() -> ResponseReturnValue:
    """Say that nobody is signed in on this browser any more."""
    return render_template("accounts/signed_out.html")


def let_in(user: User, password: str) -> ResponseReturnValue:
    """Begin a sign-in for somebody who proved their password."""
    proof.refresh_hash(user, password)
    with acting_as(proof.as_person(user)):
        row = sign_in.begin(user)
        if proof.second_factor_due():
            db.session.commit()
            enrolled = user.totp_confirmed_at is not None
            return redirect(url_for(f"accounts.{'second_factor' if enrolled else 'enrol'}"), 303)
        db.session.flush()
        return arrive(user, row.id)


def arrive(user: User, sign_in_id: object) -> ResponseReturnValue:
    """Complete a sign-in: tell it, tell of failed attempts, and go on."""
    g.practice = db.session.get(Practice, 1)
    audit.record(db.session, audit.Action.SIGN_IN, subject="sign_in", subject_id=str(sign_in_id))
    proof.welcome(user, failed=proof.forgive(user))
    db.session.commit()
    return redirect(onward(user.role), 303)


def onward(role: Role) -> str:
    """Return the page the person came from, or their home; never one of another site."""
    session.pop("typed_text_kept", None)
    page = local_path(str(session.pop("return_to", "")))
    if page is None or page == "/" or page.startswith(DOOR):
        return url_for(HOMES[role])
    return page


def signed_in() -> Person:
    """Return the person behind this request; only pages that need one ask."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def next_step(standing: Standing) -> str:
    """Return where somebody who is already past the password goes on."""
    return url_for(WAITING.get(standing, "accounts.home"))


def leave() -> ResponseReturnValue:
    """Drop the cookie and what the browser keeps of this site."""
    session.clear()
    answer = redirect(url_for("accounts.signed_out"), 303)
    is_demo = current_app.extensions["settings"].is_demo
    # On loopback cookies belong to every port: the demo leaves its neighbours' alone.
    answer.headers["Clear-Site-Data"] = '"cache"' if is_demo else '"cache", "cookies"'
    return answer


def _door_words() -> dict[str, object]:
    person = current_person()
    return {
        "typed_text_kept": bool(session.get("typed_text_kept")),
        "locked_name": person.name if person and person.standing is Standing.LOCKED else "",
        "is_over": person is not None and person.standing is Standing.ENDED,
    }
