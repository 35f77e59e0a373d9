"""Bad and hostile input, foreign links and patients, and what the database itself refuses."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from dashboard.actor import acting_as_job
from dashboard.consents import verifying
from dashboard.db import db
from dashboard.patients.models import Patient
from tests.cast import Visitor
from tests.consents.signing import (
    BORN,
    FORM,
    TEXT,
    begin,
    come_in,
    initial_all,
    link_to,
    sign,
    signed_by_link,
)

HOSTILE = ("<script>alert(1)</script>", "x" * 100_000, "\x00", "عربي \u202e abc", "٣٤", "12", "")


WRONG = (
    ({"route": ""}, "Choose the route."),
    ({"route": "rectal"}, "Choose one from the list."),
    ({"formulation": "capsule or tablet to swallow"}, "The sublingual route is taken as"),
    ({"dose_class": "300 mg"}, "Choose the dose class."),
    ({"method": ""}, "Choose how the patient signs."),
    ({"signer": "representative"}, "Write by what right they sign"),
    ({"signer": "representative", "authority": "x"}, "Write by what right they sign"),
    ({"authority": "guardian by order"}, "Leave this empty, or choose"),
    ({"signer": "representative", "authority": "y" * 100_000}, "Shorten this"),
)


@pytest.mark.one_database
def test_a_wrong_beginning_is_told_at_its_field_and_keeps_the_rest(cast, alice, rows):
    path = f"/patients/{cast.ann_ref}/consents/new"
    fields = alice.fields(path)
    for changes, told in WRONG:
        answer = alice.post(path, {**fields, **FORM, **changes})

        assert answer.status_code == 422, told
        assert answer.text.count(told) == 2, told  # in the summary and at the field
        if "formulation" not in changes:
            assert 'selected value="troche or lozenge"' in answer.text
    assert rows("SELECT count(*) FROM consent") == [(0,)]


@pytest.mark.one_database
def test_whatever_is_typed_for_initials_words_and_name_breaks_nothing(cast, alice, nobody, rows):
    come_in(nobody, link_to(alice, begin(alice, cast.ann_ref)))
    for text in HOSTILE:
        refused = nobody.post("/consent/1", {"initials": text})
        assert refused.status_code == 422, text
        assert "Write your initials here" in refused.text
        assert "<script>alert" not in refused.text
    assert nobody.post("/consent/1", {"initials": "Å. Ø."}).status_code == 303
    initial_all(nobody)
    for text in HOSTILE:
        answer = nobody.post("/consent/in-your-words", {"known": text, "help": "My sister"})
        assert answer.status_code == (422 if len(text) > 1000 else 303), text[:20]
        if answer.status_code == 422:
            assert "My sister" in answer.text
    for text in ("x" * 100_000, "\x00", "12", "", "!"):
        refused = nobody.post("/consent/sign", {"agrees": "yes", "name": text})
        assert refused.status_code == 422, text[:20]
        assert "Type your full name" in refused.text
    not_agreed = nobody.post("/consent/sign", {"name": "Ann Abel"})
    assert not_agreed.status_code == 422
    assert 'value="Ann Abel"' in not_agreed.text and "Tick that you agree" in not_agreed.text
    assert nobody.post("/consent/no", {"reason": "y" * 900}).status_code == 422
    for path in ("/consent/0", "/consent/99", "/consent/999999999999999999999"):
        assert nobody.get(path).status_code == 404
    assert rows("SELECT count(*) FROM consent WHERE signed_at IS NOT NULL") == [(0,)]


def test_the_door_opens_by_the_birth_date_alone_and_ends_after_five_wrong_ones(
    app, cast, alice, nobody, rows
):
    consent = begin(alice, cast.ann_ref)
    link = link_to(alice, consent)
    page = nobody.get(link).text
    assert "Ann" not in page and "Test practice" not in page and "ketamine" not in page.lower()
    assert nobody.get("/consent").status_code == 401
    for left in (4, 3, 2, 1):
        wrong = nobody.post(link, {**BORN, "day": "15"})
        tries = "one try" if left == 1 else f"{left} tries"
        assert (wrong.status_code, tries in wrong.text) == (422, True)
    assert nobody.post(link, {**BORN, "day": "15"}).status_code == 410
    assert nobody.post(link, BORN).status_code == 410
    newer = link_to(alice, consent)
    come_in(nobody, newer)
    link_to(alice, consent)
    assert nobody.get(newer).status_code == 410
    assert nobody.get("/consent/1").status_code == 410


@pytest.mark.one_database
def test_an_expired_a_foreign_and_a_cancelled_link_look_alike(cast, alice, bob, nobody):
    own = begin(alice, cast.ann_ref)
    link = link_to(alice, own)
    cancelled = alice.fill_in(f"{own}/cancel", {"reason": "Wrong route."})
    assert cancelled.status_code == 303
    pages = [nobody.get(link).text, nobody.get("/p/never-issued").text]
    other = link_to(bob, begin(bob, cast.ben_ref))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=15), tick=False):
        pages.append(nobody.get(other).text)
    assert all("This link has ended" in page for page in pages)
    assert len({page.replace(link, "") for page in pages}) == 1


@pytest.mark.one_database
def test_another_physicians_consent_is_not_there(cast, alice, bob, nobody):
    own = signed_by_link(alice, nobody, cast.ann_ref)
    mixed = own.replace(cast.ann_ref, cast.ben_ref)

    for path in (own, mixed):
        for page in ("", "/print", "/document", "/teach-back", "/copy", "/cancel"):
            assert bob.get(path + page).status_code == 404, path + page
        for act in ("/hand-over", "/link", "/send", "/cancel", "/copy"):
            assert bob.post(path + act).status_code == 404, path + act


def test_one_consent_is_open_at_a_time_and_a_closed_one_takes_nothing(cast, alice, nobody, rows):
    path = f"/patients/{cast.ann_ref}/consents/new"
    first = begin(alice, cast.ann_ref)
    refused = alice.fill_in(path, FORM)
    assert refused.status_code == 409 and "One consent at a time" in refused.text
    for page in ("/teach-back", "/copy", "/document"):
        assert alice.get(first + page).status_code == 409
    come_in(nobody, link_to(alice, first))
    sign(nobody)
    for act in ("/link", "/hand-over"):
        assert alice.post(first + act).status_code == 409
    assert alice.get(f"{first}/cancel").status_code == 409
    assert rows("SELECT count(*) FROM consent") == [(1,)]


@pytest.mark.one_database
def test_a_withdrawal_needs_its_second_look_and_a_possible_time(cast, alice, nobody, rows):
    signed_by_link(alice, nobody, cast.ann_ref)
    path = f"/patients/{cast.ann_ref}/consents/withdraw"
    sure = {"channel": "by phone", "is_confirmed": "y", "reason": "Kept words"}
    for changes, told in (
        ({"is_confirmed": ""}, "Tick this to confirm"),
        ({"channel": ""}, "Choose how the patient said so."),
        ({"said_on": "+1d"}, "This lies in the future"),
        ({"said_on": "-400d"}, "a withdrawal comes after it"),
        ({"said_on": "31-Feb-2026"}, "does not exist"),
        ({"said_time": "25:61"}, "Write the time as 14:05"),
        ({"reason": "y" * 5000}, "Shorten this"),
    ):
        form = {**alice.fields(path), **sure, **changes}
        if not form["is_confirmed"]:
            del form["is_confirmed"]
        answer = alice.post(path, form)
        assert answer.status_code == 422, told
        assert told in answer.text
    assert rows("SELECT count(*) FROM consent_withdrawal") == [(0,)]
    assert "365 days left" in alice.get(f"/patients/{cast.ann_ref}/consents").text


@pytest.mark.one_database
def test_where_nothing_was_begun_there_is_nothing_to_withdraw(cast, alice):
    page = f"/patients/{cast.ann_ref}/consents"
    assert "has not been asked for consent" in alice.get(page).text
    assert "Record a withdrawal" not in alice.get(page).text

    answer = alice.fill_in(f"{page}/withdraw", {"channel": "by phone", "is_confirmed": "y"})

    assert answer.status_code == 409


@pytest.mark.one_database
def test_a_name_that_is_not_the_charts_is_pointed_out(cast, alice, nobody):
    consent = begin(alice, cast.ann_ref)
    come_in(nobody, link_to(alice, consent))
    sign(nobody, "Mary Miller")
    assert "Another name" in alice.get(consent).text

    guardian = Visitor(alice.app)
    right = {"signer": "representative", "authority": "Court-appointed guardian, order seen"}
    other = begin(alice, cast.ann_ref, **right)
    come_in(guardian, link_to(alice, other))
    initial_all(guardian)
    guardian.post("/consent/in-your-words", {})
    assert "I sign for the patient" in guardian.get("/consent/sign").text
    guardian.post("/consent/sign", {"agrees": "yes", "name": "Mary Miller"})
    shown = alice.get(other).text
    assert "Another name" not in shown and "Court-appointed guardian" in shown


def test_the_database_keeps_a_signed_consent_as_it_was(app, cast, alice, nobody, rows):
    consent = signed_by_link(alice, nobody, cast.ann_ref)
    alice.fill_in(f"{consent}/copy", {"kind": "printed and handed over"})
    alice.fill_in(
        f"/patients/{cast.ann_ref}/consents/withdraw", {"channel": "by phone", "is_confirmed": "y"}
    )
    unsigned = begin(alice, cast.ann_ref)
    ref = unsigned.rsplit("/", 1)[1]
    forbidden = [
        "UPDATE consent SET signed_name = 'Somebody' WHERE signed_at IS NOT NULL",
        "UPDATE consent SET version = 9 WHERE signed_at IS NOT NULL",
        "DELETE FROM consent",
        "UPDATE consent_initial SET initials = 'ZZ'",
        "DELETE FROM consent_initial",
        "UPDATE consent_answer SET words = 'other'",
        "DELETE FROM consent_answer",
        "UPDATE teach_back SET judgement = 'understood'",
        "DELETE FROM teach_back",
        "UPDATE consent_withdrawal SET reason = 'none'",
        "DELETE FROM consent_withdrawal",
        "DELETE FROM consent_copy",
        "UPDATE consent SET signed_at = begun_at, signed_name = 'x', zone_name = 'UTC', seal = 'x',"
        f" sealed_by = 'x', address_digest = 'x' WHERE ref = '{ref}'",
        "INSERT INTO consent_initial (id, patient_id, consent_id, item, initials, at) SELECT"
        " begun_by_id, patient_id, id, 'extra', 'ZZ', begun_at FROM consent"
        " WHERE signed_at IS NOT NULL",
    ]
    for statement in forbidden:
        with app.app_context(), db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
            connection.execute(sa.text(statement))
    with app.app_context(), acting_as_job("test"):
        assert verifying.verify() == verifying.Verdict(1)


@pytest.mark.one_database
def test_a_tampered_consent_is_found_by_its_page_and_by_the_command(app, cast, alice, nobody):
    consent = signed_by_link(alice, nobody, cast.ann_ref)
    run = app.test_cli_runner().invoke
    assert "Every signed consent holds: 1." in run(args=["consents", "verify"]).output
    with app.app_context(), db.engine.connect() as connection:
        on = " ON consent_initial" if connection.dialect.name == "postgresql" else ""
        connection.execute(sa.text(f"DROP TRIGGER consent_initial_is_sealed_update{on}"))
        connection.execute(
            sa.text("UPDATE consent_initial SET initials = 'ZZ' WHERE item = 'driving'")
        )
        connection.commit()

    assert "Seal broken" in alice.get(consent).text
    found = run(args=["consents", "verify"])
    assert (found.exit_code, "not what was signed" in found.output) == (1, True)


@pytest.mark.one_database
def test_pages_cost_the_same_however_long_the_history(cast, alice, counting, nobody):
    page = f"/patients/{cast.ann_ref}/consents"

    def costs(path: str) -> int:
        with counting() as sent:
            assert alice.get(path).status_code == 200
        return len(sent)

    consent = signed_by_link(alice, nobody, cast.ann_ref)
    first = (costs(page), costs(consent))
    for _ in range(3):
        consent = signed_by_link(alice, Visitor(alice.app), cast.ann_ref)
    assert (costs(page), costs(consent)) == first
    assert max(first) <= 8 + 5  # the page's own, and access with the trail of an opening


@pytest.mark.one_database
def test_print_and_pdf_hold_every_part_and_are_told_in_the_trail(cast, alice, nobody, rows):
    consent = signed_by_link(alice, nobody, cast.ann_ref)

    printed = alice.get(f"{consent}/print")
    made = alice.get(f"{consent}/document")

    for item in TEXT.items:
        assert item.heading in printed.text
    assert "Seal intact" in printed.text
    assert made.mimetype == "application/pdf" and made.data.startswith(b"%PDF-")
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'print'") == [(2,)]


@pytest.mark.one_database
def test_a_link_that_cannot_be_sent_says_why(app, cast, alice):
    consent = begin(alice, cast.ann_ref)
    told = alice.get(alice.post(f"{consent}/send").location).text
    assert "has no e-mail address" in told

    with app.app_context(), acting_as_job("test"):
        db.session.get_one(Patient, cast.ann).email = "ann@home.example"
        db.session.commit()
    told = alice.get(alice.post(f"{consent}/send").location).text
    assert "Not sent. E-mail is not set up here" in told
