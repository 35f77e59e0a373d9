"""The tests' cast: Alice treats Ann, Bob treats Ben, Cleo keeps the accounts. Nobody is real."""

from __future__ import annotations

import datetime as dt
import html
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from dashboard.accounts.models import SignIn, User
from dashboard.accounts.sign_in import digest
from dashboard.actor import Role, acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient, Sex, Status
from dashboard.practice.models import Practice

PASSWORD = "a long made-up pass phrase"
# Argon2id of PASSWORD with the cheapest parameters: tests are quick, the program rehashes it.
HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$9mYz/Ywea7KM06PvE+mZ/ILvT5VoZ1y4WhhB/wRbURQ"
)
# Forms do not nest and templates escape what people write, so a form ends at its first end tag, a
# tag at its first ">" and a value at its quote; a parser of whole pages would take longer than the
# program takes to make them.
FORM = re.compile(r'<form\b[^>]*\bmethod="post".*?</form>', re.S)
FIELD = re.compile(
    r"<(input)\b([^>]*)>|<(textarea)\b([^>]*)>(.*?)</textarea>|<(select)\b([^>]*)>(.*?)</select>",
    re.S,
)
OPTION = re.compile(r"<option\b([^>]*)>([^<]*)")
ATTRIBUTE = re.compile(r"""([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?""")


@dataclass(frozen=True)
class Cast:
    """The keys of everybody in the tests."""

    alice: uuid.UUID
    bob: uuid.UUID
    cleo: uuid.UUID
    ann: uuid.UUID
    ben: uuid.UUID
    ann_ref: str
    ben_ref: str


class Visitor:
    """A browser without scripts: keeps its cookies, sends form tokens, reads pages."""

    def __init__(self, app: Flask, sign_in_token: str | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.base = "https://localhost"
        self.secret = secrets.token_hex(20)
        with self.client.session_transaction(base_url=self.base) as session:
            session["csrf_token"] = self.secret
            if sign_in_token:
                session["sign_in"] = sign_in_token

    def get(self, path: str, **options: object) -> TestResponse:
        """Open a page."""
        return self.client.get(path, base_url=self.base, buffered=True, **options)

    def post(
        self, path: str, fields: Mapping[str, object] | None = None, **options: object
    ) -> TestResponse:
        """Send fields to an address, with this session's form token."""
        data = {"csrf_token": self.csrf_token(), **(fields or {})}
        headers = {"Referer": f"{self.base}/", **options.pop("headers", {})}  # type: ignore[dict-item]
        return self.client.post(
            path, data=data, base_url=self.base, headers=headers, buffered=True, **options
        )

    def csrf_token(self) -> str:
        """Return a form token for the session as it is now."""
        with self.client.session_transaction(base_url=self.base) as session:
            secret = session.setdefault("csrf_token", self.secret)
        key = self.app.extensions["keys"].session
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret))

    def fill_in(
        self, path: str, changes: Mapping[str, object], *, form: int = 0, send_to: str = ""
    ) -> TestResponse:
        """Open a page, change some fields of one of its forms and send it, hidden fields too."""
        fields = self.fields(path, form=form)
        return self.post(send_to or path, {**fields, **changes})

    def fields(self, path: str, *, form: int = 0) -> dict[str, object]:
        """Return what a form would send untouched; `form` counts the page's main forms."""
        page = self.get(path)
        assert page.status_code == 200, f"{path}: {page.status}"
        return form_fields(page.text, form=form)


def form_fields(page: str, *, form: int = 0) -> dict[str, object]:
    """Return the fields of the form-th form within <main>, as a browser would send them."""
    _, begins, rest = page.partition("<main")
    assert begins, "the page has no <main>"
    forms = [f for f in FORM.findall(rest.partition("</main>")[0]) if 'name="submission_id"' in f]
    fields: dict[str, object] = {}
    for found in FIELD.finditer(forms[form]):
        kind = found[1] or found[3] or found[6]
        has = attributes(found[2] or found[4] or found[7] or "")
        name, type_ = has.get("name", ""), has.get("type", "text")
        if not name or name == "csrf_token" or type_ == "submit" or "disabled" in has:
            continue
        if kind == "textarea":
            fields[name] = html.unescape(found[5]).replace("\r\n", "\n").removeprefix("\n")
        elif kind == "select":
            fields[name] = chosen(found[8])
        elif type_ not in {"radio", "checkbox"} or "checked" in has:
            fields[name] = has.get("value", "on" if type_ == "checkbox" else "")
    return fields


def attributes(tag: str) -> dict[str, str]:
    """Return what stands in a tag after its name."""
    return {name: html.unescape(one or two) for name, one, two in ATTRIBUTE.findall(tag)}


def chosen(options: str) -> str:
    """Return what a list of options sends: of the selected one, else of the first."""
    given = [(attributes(tag), html.unescape(text)) for tag, text in OPTION.findall(options)]
    for has, text in [one for one in given if "selected" in one[0]] or given[:1]:
        return has.get("value", text)
    return ""


def make_cast() -> Cast:
    """Write the cast into an empty database."""
    with acting_as_job("test data"):
        alice, bob, cleo = (
            _user("Alice Adler", Role.PHYSICIAN),
            _user("Bob Baum", Role.PHYSICIAN),
            _user("Cleo Cruz", Role.ADMIN),
        )
        db.session.add_all([Practice(name="Test practice", is_synthetic=False), alice, bob, cleo])
        db.session.flush()
        ann = _patient("Ann", "Abel", "000001", alice)
        ben = _patient("Ben", "Boone", "000002", bob)
        db.session.add_all([ann, ben])
        db.session.flush()
        db.session.add_all([_member(ann, alice), _member(ben, bob)])
        db.session.commit()
        cast = Cast(alice.id, bob.id, cleo.id, ann.id, ben.id, ann.ref, ben.ref)
        db.session.remove()
    return cast


def sign_in(app: Flask, user_id: uuid.UUID) -> Visitor:
    """Return a visitor signed in with every factor, without spending a password hash on it."""
    token = secrets.token_urlsafe(32)
    with app.app_context(), acting_as_job("test data"):
        at = now()
        db.session.add(
            SignIn(
                token_digest=digest(token), user_id=user_id, began_at=at, seen_at=at,
                ends_at=at + dt.timedelta(hours=12), second_factor_at=at,
            )
        )  # fmt: skip
        db.session.commit()
        db.session.remove()
    return Visitor(app, token)


def _user(name: str, role: Role) -> User:
    email = f"{name.split()[0].lower()}@practice.example"
    return User(
        name=name, email=email, role=role, joined_at=now(), password_hash=HASH,
        password_set_at=now(), totp_confirmed_at=now(),
    )  # fmt: skip


def _patient(given: str, family: str, mrn: str, by: User) -> Patient:
    return Patient(
        given_name=given, family_name=family, mrn=mrn, name_key=f"{family} {given}".lower(),
        given_key=f"{given} {family}".lower(), born_on=dt.date(1996, 3, 14),
        sex_for_ranges=Sex.FEMALE, status=Status.ACTIVE, registered_by_id=by.id,
    )  # fmt: skip


def _member(patient: Patient, user: User) -> CareTeamMember:
    return CareTeamMember(
        patient_id=patient.id, user_id=user.id, added_by_id=user.id, added_reason="registered"
    )
