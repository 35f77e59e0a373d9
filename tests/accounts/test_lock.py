"""The idle lock: nothing opens, nothing typed is lost, and nobody else learns what was open."""

import pytest
import time_machine

from dashboard.clock import now
from tests import cast as people
from tests.accounts.doors import code, enter, give_seed
from tests.cast import PASSWORD, Visitor, form_fields

JSON = {"Accept": "application/json", "X-CSRFToken": "set below"}


def ask(visitor, path, fields=None):
    """Send what the page's script sends."""
    headers = {"Accept": "application/json", "X-CSRFToken": visitor.csrf_token()}
    return visitor.post(path, fields or {}, headers=headers)


def token_of(visitor):
    with visitor.client.session_transaction(base_url=visitor.base) as session:
        return session["sign_in"], session.get("csrf_token")


def test_after_fifteen_idle_minutes_every_page_leads_to_the_lock(alice):
    with time_machine.travel(now(), tick=False) as clock:
        clock.shift(899)
        assert alice.get("/help").status_code == 200
        clock.shift(900)
        assert alice.get("/help").headers["Location"] == "/unlock"
        assert "Alice Adler" in alice.get("/unlock").text


@pytest.mark.one_database
def test_locking_by_hand_and_by_script(alice, bob):
    assert alice.post("/lock").headers["Location"] == "/unlock"
    assert ask(bob, "/lock").status_code == 204
    for visitor in (alice, bob):
        assert visitor.get("/help").headers["Location"] == "/unlock"


def test_unlocking_leads_back_and_changes_both_tokens(alice):
    alice.post("/lock")
    alice.get("/help")
    before = token_of(alice)

    answer = alice.fill_in("/unlock", {"password": PASSWORD})

    assert answer.headers["Location"] == "/help"
    assert all(old != new for old, new in zip(before, token_of(alice), strict=True))
    assert alice.get("/help").status_code == 200


@pytest.mark.one_database
def test_the_token_from_before_unlocking_opens_nothing(app, alice):
    old = token_of(alice)[0]
    alice.post("/lock")
    alice.fill_in("/unlock", {"password": PASSWORD})

    assert Visitor(app, old).get("/help").headers["Location"] == "/sign-in"


@pytest.mark.one_database
def test_the_pages_script_unlocks_and_gets_a_form_token_that_works(alice):
    ask(alice, "/lock")
    wrong = ask(alice, "/unlock", {"password": "wrong"})
    assert (wrong.status_code, wrong.json["ok"]) == (422, False)
    assert "not the password" in wrong.json["message"]

    right = ask(alice, "/unlock", {"password": PASSWORD})

    assert right.json["ok"] is True
    again = alice.client.post(
        "/session/keep", base_url=alice.base,
        headers={"X-CSRFToken": right.json["csrf_token"], "Referer": alice.base + "/"},
    )  # fmt: skip
    assert again.status_code == 204


@pytest.mark.one_database
def test_the_script_is_told_to_wait_and_when_the_sign_in_is_gone(app, cast, alice):
    with time_machine.travel(now(), tick=False):
        ask(alice, "/lock")
        for _ in range(5):
            ask(alice, "/unlock", {"password": "wrong"})
        slowed = ask(alice, "/unlock", {"password": PASSWORD})
    assert slowed.status_code == 429
    assert "Try again in 15 seconds" in slowed.json["message"]
    assert ask(Visitor(app), "/unlock", {"password": "x"}).status_code == 401


def test_staying_signed_in_counts_as_being_there(alice):
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(4):
            clock.shift(14 * 60)
            assert ask(alice, "/session/keep").status_code == 204
        clock.shift(15 * 60)
        assert ask(alice, "/session/keep").status_code == 401


def test_what_was_typed_survives_the_lock_without_scripts(cleo):
    fields = cleo.fields("/practice")
    cleo.post("/lock")

    answer = cleo.post("/practice", {**fields, "name": "Typed before the lock"})
    assert answer.headers["Location"] == "/unlock"
    page = cleo.get("/unlock")
    assert "What you typed is kept" in page.text
    back = cleo.fill_in("/unlock", {"password": PASSWORD})

    assert back.headers["Location"] == "/practice"
    page = cleo.get("/practice")
    assert form_fields(page.text)["name"] == "Typed before the lock"
    assert "This is your draft" in page.text
    assert cleo.post("/practice", form_fields(page.text)).status_code == 303
    assert "Typed before the lock" in cleo.get("/help").text


def test_what_was_typed_survives_the_end_of_the_sign_in(app, cast, cleo):
    seed = give_seed(app, cast.cleo)
    fields = cleo.fields("/practice")
    with time_machine.travel(now().timestamp() + 12 * 3600 + 1, tick=False):
        answer = cleo.post("/practice", {**fields, "name": "Typed too long"})
        assert answer.headers["Location"] == "/sign-in"
        assert "What you typed is kept" in cleo.get("/sign-in").text
        enter(cleo, "cleo@practice.example")
        answer = cleo.post("/sign-in/second-factor", {"code": code(seed)})

        assert answer.headers["Location"] == "/practice"
        assert form_fields(cleo.get("/practice").text)["name"] == "Typed too long"


def test_somebody_else_at_a_locked_screen_gets_their_own_home_and_no_draft(app, cast, cleo):
    seed = give_seed(app, cast.alice)
    fields = cleo.fields("/practice")
    cleo.post("/lock")
    cleo.post("/practice", {**fields, "name": "Cleo's typed text"})

    enter(cleo)  # Alice, in the same browser
    answer = cleo.post("/sign-in/second-factor", {"code": code(seed)})

    assert answer.headers["Location"] == "/patients"
    with cleo.client.session_transaction(base_url=cleo.base) as session:
        assert "typed_text_kept" not in session
        assert "return_to" not in session
    returned = people.sign_in(app, cast.cleo)
    assert form_fields(returned.get("/practice").text)["name"] == "Cleo's typed text"


@pytest.mark.one_database
def test_a_password_is_never_kept_in_a_draft(alice, rows):
    fields = alice.fields("/account/password")
    alice.post("/lock")
    alice.post(
        "/account/password", {**fields, "password": PASSWORD, "new_password": "another secret text"}
    )
    alice.fill_in("/unlock", {"password": PASSWORD})

    page = alice.get("/account/password").text
    assert PASSWORD not in page
    assert "another secret text" not in page


@pytest.mark.one_database
def test_the_lock_button_leads_back_to_its_page(alice):
    alice.post("/lock", headers={"Referer": "https://localhost/help?from=here"})

    answer = alice.fill_in("/unlock", {"password": PASSWORD})

    assert answer.headers["Location"] == "/help?from=here"


@pytest.mark.one_database
def test_the_lock_button_never_leads_to_another_site(alice):
    alice.post("/lock", headers={"Referer": "https://localhost//evil.example/"})

    assert alice.fill_in("/unlock", {"password": PASSWORD}).headers["Location"] == "/patients"
