"""The second factor: until it is given, nothing opens; each code opens once."""

import re

import pytest
import time_machine
from bs4 import BeautifulSoup

from dashboard.access import Allow, rules
from dashboard.clock import now
from tests.accounts.doors import all_at_once, code, enter, give_codes, give_seed, ref_of
from tests.cast import Visitor

STEP = "/sign-in/second-factor"


def half_way(app):
    visitor = Visitor(app)
    assert enter(visitor).status_code == 303
    return visitor


def give(visitor, text):
    return visitor.post(STEP, {"code": text})


@pytest.mark.one_database
def test_a_half_finished_sign_in_opens_no_page_at_all(app, cast):
    give_seed(app, cast.alice)
    visitor = half_way(app)
    values = {"patient_ref": cast.ann_ref, "account_ref": "a" * 26, "sign_in_id": cast.alice}
    tried = 0
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            allow, _ = rules(app)[rule.endpoint]
            if allow not in {Allow.SIGNED_IN, Allow.PHYSICIAN, Allow.ADMIN}:
                continue
            known = {name: values.get(name, "b" * 26) for name in rule.arguments}
            path = app.url_map.bind("localhost").build(
                rule.endpoint, known, method=min(rule.methods)
            )
            for method in sorted(rule.methods & {"GET", "POST"}):
                answer = visitor.get(path) if method == "GET" else visitor.post(path)
                assert answer.status_code in {303, 404}, f"{method} {path}"
                if answer.status_code == 303:
                    assert answer.headers["Location"] == "/sign-in"
                tried += 1

    assert tried > 15


@pytest.mark.one_database
def test_a_half_finished_sign_in_can_neither_write_a_draft_nor_unlock(app, cast):
    give_seed(app, cast.alice)
    visitor = half_way(app)

    draft = visitor.post("/drafts", {"key": "/practice", "path": "/practice", "version": "0"})
    assert draft.status_code in {401, 403, 303}
    assert visitor.post("/unlock", {"password": "x"}).headers["Location"] == "/sign-in"


def test_a_half_finished_sign_in_is_over_after_half_an_hour(app, cast):
    seed = give_seed(app, cast.alice)
    visitor = half_way(app)
    with time_machine.travel(now().timestamp() + 1801, tick=False):
        assert give(visitor, code(seed)).headers["Location"] == "/sign-in"


def test_a_code_opens_once_also_for_forty_at_the_same_time(app, cast, rows):
    seed = give_seed(app, cast.alice)
    visitors = [half_way(app) for _ in range(4)]
    with time_machine.travel(now(), tick=False):
        present = code(seed)
        answers = all_at_once(lambda n: give(visitors[n % 4], present))

    opened = [a for a in answers if a.headers.get("Location") == "/patients"]
    assert len(opened) == 1
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'sign in'")[0][0] == 1


@pytest.mark.one_database
@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, False)])
def test_a_code_may_be_one_step_old_and_no_more(app, cast, steps, opens):
    seed = give_seed(app, cast.alice)
    with time_machine.travel(now(), tick=False):
        answer = give(half_way(app), code(seed, steps=steps))

    assert (answer.status_code == 303) is opens


def test_an_older_code_does_not_open_after_a_newer_one(app, cast):
    seed = give_seed(app, cast.alice)
    with time_machine.travel(now(), tick=False):
        assert give(half_way(app), code(seed)).status_code == 303
        assert give(half_way(app), code(seed, steps=-1)).status_code == 422


def test_guessing_codes_is_slowed_and_told(app, cast, rows):
    give_seed(app, cast.alice)
    visitor = half_way(app)
    with time_machine.travel(now(), tick=False):
        answers = all_at_once(lambda _: give(visitor, "000000"))

    statuses = [a.status_code for a in answers]
    assert statuses.count(422) == 5
    assert statuses.count(429) == 35
    told = rows("SELECT count(*) FROM audit_event WHERE action = 'second factor failed'")
    assert told[0][0] == 5


@pytest.mark.one_database
@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "abcdef", "٠١٢٣٤٥", "\0" * 6, "<b>", "x" * 5000, "1e5", "-12345"],
)
def test_bad_input_for_a_code_is_told(app, cast, typed):
    give_seed(app, cast.alice)

    answer = give(half_way(app), typed)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_a_recovery_code_opens_once_and_says_how_many_are_left(app, cast):
    give_seed(app, cast.alice)
    codes = give_codes(app, cast.alice)
    visitor = half_way(app)

    assert give(visitor, codes[0].lower().replace(" ", "-")).status_code == 303
    assert "9 are left" in visitor.get("/account").text
    assert give(half_way(app), codes[0]).status_code == 422
    assert give(half_way(app), codes[1]).status_code == 303


def test_a_recovery_code_opens_once_for_forty_at_the_same_time(app, cast):
    give_seed(app, cast.alice)
    codes = give_codes(app, cast.alice)
    visitors = [half_way(app) for _ in range(4)]
    with time_machine.travel(now(), tick=False):
        answers = all_at_once(lambda n: give(visitors[n % 4], codes[3]))

    assert sum(a.headers.get("Location") == "/account" for a in answers) == 1


def test_somebody_elses_recovery_code_opens_nothing(app, cast):
    give_seed(app, cast.alice)
    codes = give_codes(app, cast.bob)

    assert give(half_way(app), codes[0]).status_code == 422


@pytest.mark.one_database
def test_setting_up_shows_a_picture_and_the_secret_and_stores_nothing_before_a_code_fits(
    app, cast, rows, cleo
):
    cleo.post(f"/accounts/{ref_of(app, cast.alice)}/reset-second-factor")
    visitor = Visitor(app)
    assert enter(visitor).headers["Location"] == "/sign-in/enrol"
    fields = visitor.fields("/sign-in/enrol")
    page = visitor.post("/sign-in/enrol", {**fields, "code": "000000"})
    assert page.status_code == 422
    assert rows("SELECT totp_seed FROM account WHERE name = 'Alice Adler'")[0][0] is None
    main = BeautifulSoup(page.text, "html.parser").find("main")
    picture = main.find("svg", class_="qr")
    assert picture is not None
    assert "style" not in str(picture)
    seed = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", main.text)[0].replace(" ", "")
    held = main.find("input", attrs={"name": "seed"})["value"]
    assert seed not in held

    answer = visitor.post("/sign-in/enrol", {**fields, "seed": held, "code": code(seed)})

    assert answer.headers["Location"] == "/account/recovery-codes"
    assert seed not in str(rows("SELECT totp_seed FROM account WHERE name = 'Alice Adler'"))


def test_recovery_codes_are_shown_until_kept_and_never_again(app, cast, cleo, rows):
    cleo.post(f"/accounts/{ref_of(app, cast.alice)}/reset-second-factor")
    visitor = Visitor(app)
    enter(visitor)
    main = BeautifulSoup(visitor.get("/sign-in/enrol").text, "html.parser").find("main")
    seed = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", main.text)[0].replace(" ", "")
    held = main.find("input", attrs={"name": "seed"})["value"]
    visitor.post("/sign-in/enrol", {"seed": held, "code": code(seed)})

    page = visitor.get("/account/recovery-codes").text
    codes = re.findall(r"(?:[A-Z2-7]{4} ){5}[A-Z2-7]{4}", page)
    assert len(set(codes)) == 10
    stored = str(rows("SELECT * FROM recovery_code"))
    assert all(c.replace(" ", "") not in stored for c in codes)
    visitor.post("/account/recovery-codes/kept")
    assert visitor.get("/account/recovery-codes").headers["Location"] == "/account"
    visitor.post("/sign-out")
    assert give(half_way(app), codes[5]).status_code == 303
