"""Between password and open: giving the second factor, or setting one up."""

from __future__ import annotations

import base64
import binascii

import segno
from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard import audit, seal
from dashboard.access import Allow
from dashboard.accounts import proof, second_factor, sign_in, throttle
from dashboard.accounts.area import area
from dashboard.accounts.door_routes import arrive, next_step, signed_in
from dashboard.accounts.forms import CodeForm, EnrolForm
from dashboard.accounts.models import User
from dashboard.actor import Person, Standing
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import SignInNeeded
from dashboard.practice.models import Practice

WRONG = "This code does not fit. Each code opens once: wait for the next one and enter that."
FIRST_WRONG = "This code does not fit. Check that the phone's clock is right, and enter the next."


@area.route(
    "/sign-in/second-factor", methods=["GET", "POST"], allow=Allow.IDENTIFIED,
    endpoint="second_factor",
)  # fmt: skip
def second_factor_page() -> ResponseReturnValue:
    """Give the app's code, or a recovery code."""
    person, form = signed_in(), CodeForm()
    if person.standing is not Standing.SECOND_FACTOR_DUE:
        return redirect(next_step(person.standing), 303)
    if form.was_sent():
        user = _user(person)
        proof.of_factor(user)
        if _opens(user, form.code.data or ""):
            return _pass(user)
        db.session.rollback()
        _tell_failure(user)
        form.code.errors = [WRONG]
    return render_template("accounts/second_factor.html", form=form, name=person.name), form.status


@area.route("/sign-in/enrol", methods=["GET", "POST"], allow=Allow.IDENTIFIED)
def enrol() -> ResponseReturnValue:
    """Set up an authenticator app; nothing is stored until its first code fits."""
    person, form = signed_in(), EnrolForm()
    if person.standing is not Standing.ENROLMENT_DUE:
        return redirect(next_step(person.standing), 303)
    seed = _seed_of(form, person)
    if form.was_sent():
        user = _user(person)
        proof.of_factor(user)
        counter = second_factor.counter_of(seed, form.code.data or "")
        if counter is not None and second_factor.take_counter(user.id, counter):
            return _enrolled(user, seed)
        db.session.rollback()
        _tell_failure(user)
        form.code.errors = [FIRST_WRONG]
    form.code.data = ""
    form.seed.data = _sealed(seed, person)
    words = {"secret": second_factor.spaced(seed), "picture": _picture(seed, person)}
    return render_template("accounts/enrol.html", form=form, **words), form.status


def _opens(user: User, typed: str) -> bool:
    code = "".join(typed.split()).replace("-", "")
    if len(code) == 6:
        return second_factor.use_code(user, code)
    if not second_factor.use_recovery_code(user.id, code):
        return False
    left = second_factor.recovery_codes_left(user.id)
    flash(f"A recovery code was used. {left} are left. You can make new ones below.", "warn")
    session["return_to"] = url_for("accounts.account")
    return True


def _pass(user: User) -> ResponseReturnValue:
    row = sign_in.current_row()
    if row is None:
        raise SignInNeeded
    throttle.take_back(throttle.factor_door(user.id))
    row.second_factor_at = row.seen_at = now()
    sign_in.rotate(row)
    return arrive(user, row.id)


def _enrolled(user: User, seed: str) -> ResponseReturnValue:
    second_factor.enrol(user, seed)
    codes = second_factor.new_recovery_codes(user.id)
    _pass(user)
    session["recovery_codes"] = second_factor.sealed_codes(user.id, codes)
    return redirect(url_for("accounts.recovery_codes"), 303)


def _user(person: Person) -> User:
    user = db.session.get(User, person.id)
    if user is None:
        raise SignInNeeded
    return user


def _tell_failure(user: User) -> None:
    audit.record(
        db.session, audit.Action.SECOND_FACTOR_FAILED, subject="account", subject_id=str(user.id)
    )
    db.session.commit()


def _seed_of(form: EnrolForm, person: Person) -> str:
    """Return the seed this page was opened with, or a new one."""
    try:
        sealed = base64.b64decode(form.seed.data or "", validate=True)
        return seal.unseal(sealed, context=_context(person))
    except (binascii.Error, ValueError, seal.BrokenSeal):
        return second_factor.new_seed()


def _sealed(seed: str, person: Person) -> str:
    return base64.b64encode(seal.seal(seed, context=_context(person))).decode()


def _context(person: Person) -> str:
    return f"enrolment:{person.sign_in_id}"


def _picture(seed: str, person: Person) -> Markup:
    """Draw the otpauth address as a QR code: dark on light in every theme, without style."""
    practice = db.session.get(Practice, 1)
    issuer = f"Casement {practice.name}" if practice else "Casement"
    account = db.session.get(User, person.id)
    text = second_factor.address(seed, account=account.email if account else "", issuer=issuer)
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None,
        title="QR code for your authenticator app", omitsize=False,
    )  # fmt: skip
    return Markup(drawn)  # noqa: S704 - drawn by the library from the address, never from text
