"""One's own account: where one is signed in, the password, the recovery codes."""

import re

import pytest

from tests import cast as people
from tests.accounts.doors import (
    NEW_PASSWORD,
    enter,
    give_codes,
    give_seed,
    link_in,
    ref_of,
)
from tests.cast import PASSWORD, Visitor

NEW_CODES = "/account/recovery-codes/new"


def test_a_person_sees_and_ends_their_sign_ins(app, cast, alice):
    phone = people.sign_in(app, cast.alice)
    page = alice.get("/account").text
    assert page.count("/account/sign-ins/") == 2
    assert page.count("this one") == 1

    ends = re.findall(r"/account/sign-ins/[0-9a-f-]+/end", page)
    here = re.findall(r"this one.*?(/account/sign-ins/[0-9a-f-]+/end)", page, re.S)[0]
    alice.post(next(e for e in ends if e != here))

    assert phone.get("/account").status_code == 303
    assert alice.get("/account").status_code == 200


def test_a_person_cannot_end_somebody_elses_sign_in(app, cast, alice, bob):
    theirs = re.findall(r"/account/sign-ins/[0-9a-f-]+/end", bob.get("/account").text)[0]

    assert alice.post(theirs).status_code == 404
    assert bob.get("/account").status_code == 200


def test_signing_out_everywhere_ends_every_device(app, cast, alice):
    phone = people.sign_in(app, cast.alice)

    assert alice.post("/account/sign-out-everywhere").headers["Location"] == "/signed-out"
    assert [v.get("/account").status_code for v in (alice, phone)] == [303, 303]


def test_a_new_password_needs_the_old_one_and_ends_the_other_sign_ins(app, cast, alice):
    phone = people.sign_in(app, cast.alice)
    path = "/account/password"
    wrong = alice.fill_in(path, {"password": "wrong", "new_password": NEW_PASSWORD})
    assert wrong.status_code == 422
    assert "not your present password" in wrong.text
    weak = alice.fill_in(path, {"password": PASSWORD, "new_password": "Alice Adler practice"})
    assert weak.status_code == 422

    done = alice.fill_in(path, {"password": PASSWORD, "new_password": NEW_PASSWORD})

    assert done.status_code == 303
    assert alice.get("/account").status_code == 200
    assert phone.get("/account").status_code == 303
    assert enter(Visitor(app)).status_code == 422
    assert enter(Visitor(app), password=NEW_PASSWORD).status_code == 303


def test_a_new_password_ends_the_link_that_could_replace_it(app, cast, alice, cleo):
    path = f"/accounts/{ref_of(app, cast.alice)}"
    cleo.post(f"{path}/link")
    link = link_in(cleo.get(path).text)

    done = alice.fill_in("/account/password", {"password": PASSWORD, "new_password": NEW_PASSWORD})

    assert done.status_code == 303
    assert Visitor(app).get(link).status_code == 410


def test_guessing_the_password_inside_a_sign_in_is_slowed_too(alice):
    path, typed = "/account/password", {"password": "wrong", "new_password": NEW_PASSWORD}
    answers = [alice.fill_in(path, typed).status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_new_recovery_codes_need_the_password_and_end_the_old_ones(app, cast, alice):
    give_seed(app, cast.alice)
    old = give_codes(app, cast.alice)
    assert alice.fill_in(NEW_CODES, {"password": "wrong"}).status_code == 422

    answer = alice.fill_in(NEW_CODES, {"password": PASSWORD})

    page = alice.get(answer.headers["Location"]).text
    new = re.findall(r"(?:[A-Z2-7]{4} ){5}[A-Z2-7]{4}", page)
    assert len(new) == 10
    visitor = Visitor(app)
    enter(visitor)
    assert visitor.post("/sign-in/second-factor", {"code": old[0]}).status_code == 422
    assert visitor.post("/sign-in/second-factor", {"code": new[0]}).status_code == 303


@pytest.mark.one_database
def test_the_codes_of_one_person_do_not_show_to_the_next_in_the_same_browser(app, cast, alice):
    seed = give_seed(app, cast.bob)
    alice.fill_in(NEW_CODES, {"password": PASSWORD})
    from tests.accounts.doors import code

    enter(alice, "bob@practice.example")
    alice.post("/sign-in/second-factor", {"code": code(seed)})

    assert alice.get("/account/recovery-codes").headers["Location"] == "/account"


def test_the_page_needs_few_statements(alice, counting):
    alice.get("/account")
    with counting() as sent:
        alice.get("/account")

    assert len(sent) <= 5
