"""The first admin and everybody invited: private links that open once."""

import datetime as dt
import re

import pytest
import time_machine

from dashboard.accounts.models import User
from dashboard.clock import now
from dashboard.db import db
from tests.accounts.doors import NEW_PASSWORD, all_at_once, enter, link_in, ref_of
from tests.cast import PASSWORD, Visitor

FIRST = ("create-admin", "--name", "Dora Dahl", "--email", "Dora@Practice.example")


def run(app, *words, **options):
    return app.test_cli_runner().invoke(args=list(words), **options)


def invited(cleo, role="physician", email="ivy@practice.example"):
    answer = cleo.fill_in("/accounts/invite", {"name": "Ivy Ivers", "email": email, "role": role})
    assert answer.status_code == 303
    return link_in(cleo.get(answer.headers["Location"]).text)


def join(app, path, **changes):
    visitor = Visitor(app)
    return visitor.fill_in(path, {"name": "Ivy Ivers", "new_password": NEW_PASSWORD, **changes})


def same_page(one, other):
    strip = re.compile(r'nonce="[^"]*"|(content|value)="[^"]*"|printed [^<]*')
    return strip.sub("", one.text) == strip.sub("", other.text)


def test_an_empty_practice_has_no_account_and_the_command_line_makes_the_first(app, rows):
    assert rows("SELECT count(*) FROM account")[0][0] == 0

    said = run(app, *FIRST, "--practice", "Lindenhof")
    assert said.exit_code == 0, said.output
    answer = join(app, link_in(said.output), name="Dora Dahl")

    assert answer.headers["Location"] == "/sign-in"
    assert rows("SELECT name, is_synthetic FROM practice") == [("Lindenhof", False)]
    assert enter(Visitor(app), "dora@practice.example", NEW_PASSWORD).headers["Location"] == (
        "/sign-in/enrol"
    )


@pytest.mark.one_database
def test_the_command_line_asks_for_what_it_is_not_told(app, rows):
    said = run(app, "create-admin", input="Dora Dahl\ndora@practice.example\nLindenhof\n")

    assert said.exit_code == 0, said.output
    assert rows("SELECT name, email FROM account") == [("Dora Dahl", "dora@practice.example")]
    assert rows("SELECT name, states_served FROM practice") == [("Lindenhof", "FL NJ")]


def test_the_command_run_again_before_joining_replaces_the_link(app, rows):
    first = link_in(run(app, *FIRST, "--practice", "Lindenhof").output)
    second = link_in(run(app, *FIRST).output)

    assert Visitor(app).get(first).status_code == 410
    assert Visitor(app).get(second).status_code == 200
    assert rows("SELECT count(*) FROM account")[0][0] == 1


@pytest.mark.one_database
def test_while_there_is_an_active_admin_the_command_line_wants_a_reason(app, cast, rows):
    refused = run(app, *FIRST)
    assert refused.exit_code != 0
    assert "--again" in refused.output
    assert run(app, *FIRST, "--again", "  ").exit_code != 0

    said = run(app, *FIRST, "--again", "Cleo lost her phone")

    assert said.exit_code == 0, said.output
    told = rows("SELECT actor_name FROM audit_event WHERE action = 'invite'")
    assert told == [("job: create-admin: Cleo lost her phone",)]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "email", ["", "not an address", "a@", "alice@practice.example", "<b>@x.example"]
)
def test_the_command_line_refuses_an_address_that_will_not_do(app, cast, email):
    said = run(app, "create-admin", "--name", "Dora", "--email", email, "--again", "why")

    assert said.exit_code != 0
    assert "Traceback" not in said.output


@pytest.mark.one_database
def test_the_rules_are_read_before_typing_and_opening_the_link_does_not_use_it_up(app, cleo):
    path = invited(cleo)
    for _ in range(3):
        page = Visitor(app).get(path)
        assert page.status_code == 200
        assert "At least 15 characters" in page.text
        assert page.text.index("At least 15") < page.text.index('name="new_password"')

    assert join(app, path).status_code == 303


def test_forty_attempts_at_once_use_a_link_once(app, cleo, rows):
    path = invited(cleo)
    visitors = [Visitor(app) for _ in range(40)]

    answers = all_at_once(
        lambda n: visitors[n].post(
            path, {"name": f"Ivy {n}", "new_password": f"{NEW_PASSWORD} {n}", "page": path}
        )
    )

    assert sorted(a.status_code for a in answers) == [303] + [410] * 39
    winner = next(n for n, a in enumerate(answers) if a.status_code == 303)
    assert rows("SELECT name FROM account WHERE email = 'ivy@practice.example'") == [
        (f"Ivy {winner}",)
    ]


@pytest.mark.one_database
def test_used_replaced_expired_and_guessed_links_look_alike(app, cleo, cast):
    used = invited(cleo)
    join(app, used)
    replaced = invited(cleo, email="jon@practice.example")
    with app.app_context():
        ref = db.session.query(User.ref).filter_by(email="jon@practice.example").scalar()
        db.session.remove()
    cleo.post(f"/accounts/{ref}/link")
    present = link_in(cleo.get(f"/accounts/{ref}").text)
    pages = [Visitor(app).get(p) for p in (used, replaced, "/join/guessed", "/join/" + "a" * 43)]
    with time_machine.travel(now() + dt.timedelta(days=7, seconds=1), tick=False):
        pages.append(Visitor(app).get(present))

    assert {p.status_code for p in pages} == {410}
    assert all(same_page(pages[0], p) for p in pages)


def test_a_new_password_link_lasts_a_day_keeps_the_second_factor_and_ends_sign_ins(
    app, cast, alice, cleo, rows
):
    path = f"/accounts/{ref_of(app, cast.alice)}"
    cleo.post(f"{path}/link")
    link = link_in(cleo.get(path).text)
    assert "/join/" not in cleo.get(path).text, "a link is shown once"
    with time_machine.travel(now() + dt.timedelta(hours=24, seconds=1), tick=False):
        assert Visitor(app).get(link).status_code == 410

    answer = Visitor(app).fill_in(link, {"new_password": NEW_PASSWORD})

    assert answer.status_code == 303
    assert alice.get("/account").status_code == 303, "her sign-ins ended"
    assert enter(Visitor(app), password=PASSWORD).status_code == 422
    assert enter(Visitor(app), password=NEW_PASSWORD).headers["Location"] == (
        "/sign-in/second-factor"
    )


def test_a_disabled_persons_link_is_over(app, cleo):
    link = invited(cleo, role="admin")
    with app.app_context():
        ref = db.session.query(User.ref).filter_by(email="ivy@practice.example").scalar()
        db.session.remove()
    cleo.fill_in(f"/accounts/{ref}/disable", {})

    assert Visitor(app).get(link).status_code == 410


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter your name"),
        ({"name": "x" * 121}, "Shorten this"),
        ({"new_password": ""}, "Choose a password"),
        ({"new_password": "too short"}, "at least 15"),
        ({"new_password": "Ivy Ivers Ivy Ivers"}, "mostly your name"),
        ({"new_password": "x" * 500_000}, "at most 1,024"),
    ],
)
def test_a_wrong_answer_is_told_and_the_link_stays_good(app, cleo, changes, words):
    path = invited(cleo)
    answer = join(app, path, **changes)

    assert answer.status_code == 422
    assert answer.text.count(words) == 2, "at the field and in the summary"
    assert "too short" not in answer.text, "a password is never written back"
    assert join(app, path).status_code == 303


def test_no_private_token_is_kept_in_the_database(app, cleo, rows):
    token = invited(cleo).removeprefix("/join/")

    for table in ("link", "audit_event", "submission"):
        assert all(token not in str(row) for row in rows(f"SELECT * FROM {table}"))


def test_pruning_forgets_what_ended_long_ago_and_no_more(app, cast, alice, rows):
    enter(Visitor(app), password="wrong wrong wrong wrong")
    with time_machine.travel(now() + dt.timedelta(days=91), tick=False):
        said = run(app, "sign-ins", "prune")

    assert said.output == "Forgotten: 1 sign-ins, 2 counts of failed attempts.\n"
    assert rows("SELECT * FROM sign_in") == []
    assert run(app, "sign-ins", "prune").output == (
        "Forgotten: 0 sign-ins, 0 counts of failed attempts.\n"
    )


def test_whoever_joins_by_one_link_leaves_no_other_link_to_the_account(app, cast, cleo):
    invitation = invited(cleo, role="admin", email="dora@practice.example")
    first = link_in(run(app, *FIRST, "--again", "the invitation was lost").output)

    assert join(app, first, name="Dora Dahl").status_code == 303
    assert Visitor(app).get(invitation).status_code == 410
