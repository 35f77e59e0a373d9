"""The door: who comes in, who does not, and that the answers give nothing away."""

import re

import pytest
import time_machine

from dashboard.accounts.models import SignIn
from dashboard.actor import Role
from dashboard.clock import now
from dashboard.db import db
from tests import cast as people
from tests.accounts.doors import add_person, all_at_once, code, enter, give_seed, ref_of
from tests.cast import PASSWORD, Visitor

WRONG = "not the pass phrase at all"


def came_in(visitor: Visitor) -> bool:
    return visitor.get("/account").status_code == 200


def without_nonces(text: str) -> str:
    """Drop what is random in every page of every visitor."""
    text = re.sub(r'nonce="[^"]*"', "", text)
    text = re.sub(r'(name="(csrf_token|submission_id)"[^>]*value=")[^"]*', r"\1", text)
    return re.sub(r'(name="csrf-token" content=")[^"]*', r"\1", text)


def test_the_password_and_the_code_of_the_app_open_the_account(app, cast, nobody):
    seed = give_seed(app, cast.alice)

    answer = enter(nobody)
    assert answer.headers["Location"] == "/sign-in/second-factor"
    assert not came_in(nobody)

    answer = nobody.fill_in("/sign-in/second-factor", {"code": code(seed)})
    assert answer.status_code == 303
    assert came_in(nobody)


@pytest.mark.one_database
def test_in_the_demonstration_the_password_is_enough_and_the_page_says_so(demo):
    visitor = Visitor(demo)

    assert "no second factor is asked for" in visitor.get("/sign-in").text
    assert enter(visitor).status_code == 303
    assert came_in(visitor)


@pytest.mark.parametrize("email", ["alice@practice.example", " ALICE@Practice.Example "])
def test_an_address_is_the_same_in_capitals(app, cast, nobody, email):
    assert enter(nobody, email).headers["Location"] == "/sign-in/second-factor"


def test_wrong_unknown_invited_and_disabled_are_answered_alike(app, cast, cleo, nobody):
    add_person(app, "Ivy Ivers", Role.ADMIN, joined=False)
    cleo.fill_in(
        f"/accounts/{ref_of(app, cast.bob)}/disable", {"receiver": ref_of(app, cast.alice)}
    )
    answers = set()
    for email, password in (
        ("alice@practice.example", WRONG),
        ("nobody@practice.example", PASSWORD),
        ("ivy@practice.example", PASSWORD),
        ("bobby@practice.example", PASSWORD),
        ("bob@practice.example", PASSWORD),
    ):
        answer = enter(Visitor(app), email, password)
        answers.add((answer.status_code, without_nonces(answer.text).replace(email, "…")))

    assert len(answers) == 1
    assert next(iter(answers))[0] == 422


def test_the_throttle_answers_alike_for_known_and_unknown(app, cast):
    with time_machine.travel(now(), tick=False):
        answers = {}
        for email in ("alice@practice.example", "nobody@practice.example"):
            for _ in range(6):
                answer = enter(Visitor(app), email, WRONG)
            answers[email] = (answer.status_code, without_nonces(answer.text))

    assert len(set(answers.values())) == 1
    assert answers["nobody@practice.example"][0] == 429
    assert "Try again in 15 seconds" in answers["nobody@practice.example"][1]


def test_of_forty_guesses_at_once_exactly_five_are_looked_at(app, cast, rows):
    with time_machine.travel(now(), tick=False):
        answers = all_at_once(lambda _: enter(Visitor(app), password=WRONG))

    statuses = sorted(a.status_code for a in answers)
    assert statuses == [422] * 5 + [429] * 35
    told = rows("SELECT count(*) FROM audit_event WHERE action = 'sign-in failed'")
    assert told[0][0] == 5


def test_the_pause_doubles_and_the_right_password_waits_too(app, cast):
    give_seed(app, cast.alice)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(5):
            enter(Visitor(app), password=WRONG)
        assert enter(Visitor(app)).status_code == 429
        clock.shift(15)
        assert enter(Visitor(app), password=WRONG).status_code == 422
        clock.shift(29)
        assert enter(Visitor(app)).status_code == 429
        clock.shift(1)
        assert enter(Visitor(app)).status_code == 303


def test_after_a_hundred_failures_only_an_admin_opens_the_door(app, cast):
    give_seed(app, cast.alice)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(100):
            assert enter(Visitor(app), password=WRONG).status_code == 422
            clock.shift(901)
        stopped = enter(Visitor(app))
        assert stopped.status_code == 429
        assert "Ask an admin" in stopped.text
        clock.shift(86400 * 29)
        assert enter(Visitor(app)).status_code == 429

        cleo, path = people.sign_in(app, cast.cleo), f"/accounts/{ref_of(app, cast.alice)}"
        assert "Stopped after 100 failed attempts" in cleo.get(path).text
        cleo.post(f"{path}/unlock")
        assert enter(Visitor(app)).status_code == 303


def test_one_address_cannot_try_a_password_on_every_account(app, cast):
    with time_machine.travel(now(), tick=False):
        answers = [
            enter(Visitor(app), f"person{n}@practice.example", WRONG).status_code
            for n in range(101)
        ]

    assert answers == [422] * 100 + [429]


def test_failed_attempts_are_shown_to_the_person_who_then_comes_in(demo, cast):
    visitor = Visitor(demo)
    enter(visitor)
    visitor.post("/sign-out")
    for _ in range(2):
        enter(Visitor(demo), password=WRONG)

    enter(visitor)

    page = visitor.get("/account").text
    assert "2 failed attempts since" in page
    assert page.count("Wrong password at sign-in") == 2


@pytest.mark.one_database
def test_the_person_goes_on_to_the_page_they_came_for_and_never_to_another_site(demo, cast):
    visitor = Visitor(demo)
    visitor.get("/account/password")
    assert enter(visitor).headers["Location"] == "/account/password"

    for page in ("//evil.example", "/\\evil.example", "https://evil.example", "/unlock"):
        visitor = Visitor(demo)
        with visitor.client.session_transaction(base_url=visitor.base) as session:
            session["return_to"] = page
        assert enter(visitor).headers["Location"] == "/patients"


@pytest.mark.one_database
def test_a_token_planted_before_signing_in_opens_nothing(demo, cast):
    visitor = Visitor(demo, sign_in_token="planted")
    enter(visitor)

    with visitor.client.session_transaction(base_url=visitor.base) as session:
        assert session["sign_in"] != "planted"
    assert not came_in(Visitor(demo, sign_in_token="planted"))


def test_signing_in_anew_ends_the_sign_in_before_on_the_same_device(demo, cast, rows):
    visitor = Visitor(demo)
    enter(visitor)
    enter(visitor)

    open_ones = rows("SELECT count(*) FROM sign_in WHERE ended_at IS NULL")
    assert open_ones[0][0] == 1


def test_signing_out_ends_the_sign_in_on_the_server_and_clears_the_browser(app, alice):
    with alice.client.session_transaction(base_url=alice.base) as session:
        token = session["sign_in"]

    answer = alice.post("/sign-out")

    assert answer.headers["Location"] == "/signed-out"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies"'
    assert not came_in(Visitor(app, token))
    assert "You are signed out" in alice.get("/signed-out").text


def test_a_sign_in_ends_after_twelve_hours_however_busy(app, alice):
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(71):
            clock.shift(600)
            assert came_in(alice)
        clock.shift(601)
        assert not came_in(alice)


def test_the_password_is_hashed_anew_when_the_parameters_have_changed(app, cast, rows):
    before = rows("SELECT password_hash FROM account WHERE name = 'Alice Adler'")[0][0]
    enter(Visitor(app))
    after = rows("SELECT password_hash FROM account WHERE name = 'Alice Adler'")[0][0]

    assert before != after
    enter(Visitor(app))
    assert rows("SELECT password_hash FROM account WHERE name = 'Alice Adler'")[0][0] == after


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("", ""), ("alice@practice.example", ""), ("", PASSWORD), ("\0", "\0"),
        ("' OR 1=1 --", "x"), ("<script>alert(1)</script>", "x"), ("ألف@مثال", "ي" * 20),
        ("a" * 255, "x"), ("a@b.example", "x" * 500_000),
        ("\ud800".encode("utf-16", "surrogatepass"), "x"),
    ],
)  # fmt: skip
def test_bad_input_at_the_door_is_told_and_nothing_more(app, cast, email, password):
    answer = enter(Visitor(app), email, password)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.one_database
def test_a_million_characters_are_refused(app, cast):
    assert enter(Visitor(app), "a@b.example", "x" * 10**6).status_code == 413


@pytest.mark.one_database
def test_the_first_page_of_a_physician_is_the_caseload_and_of_an_admin_the_accounts(alice, cleo):
    assert alice.get("/").headers["Location"] == "/patients"
    assert cleo.get("/").headers["Location"] == "/accounts"


def test_a_disabled_persons_next_request_is_refused_on_every_device(app, cast, alice, cleo):
    second = people.sign_in(app, cast.alice)
    assert came_in(alice)
    assert came_in(second)

    cleo.fill_in(
        f"/accounts/{ref_of(app, cast.alice)}/disable", {"receiver": ref_of(app, cast.bob)}
    )

    assert not came_in(alice)
    assert not came_in(second)
    with app.app_context():
        assert {s.end_reason for s in db.session.query(SignIn).filter_by(user_id=cast.alice)} == {
            "account disabled"
        }
        db.session.remove()
