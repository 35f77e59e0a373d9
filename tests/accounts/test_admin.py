"""The admin's pages: acts bite at once, open work finds an owner, and one admin always stays."""

import threading

import pytest

from dashboard.accounts import actions
from dashboard.accounts.models import User
from dashboard.actor import Actor, Kind, Role, acting_as
from dashboard.db import db, expect_writing
from dashboard.errors import Refusal
from tests import cast as people
from tests.accounts.doors import (
    NEW_PASSWORD,
    add_person,
    all_at_once,
    enter,
    give_seed,
    link_in,
    ref_of,
)
from tests.cast import Visitor


def page_of(app, user_id):
    return f"/accounts/{ref_of(app, user_id)}"


def state(rows, name):
    return rows("SELECT role, disabled_at FROM account WHERE name = :name", name=name)[0]


def test_the_list_is_filtered_by_name_address_role_and_state(app, cast, cleo):
    add_person(app, "Ivy Ivers", Role.PHYSICIAN, joined=False)
    everybody = {"Alice Adler", "Bob Baum", "Cleo Cruz", "Ivy Ivers"}
    cases = {
        "": everybody,
        "?q=adler": {"Alice Adler"},
        "?q=BOB@prac": {"Bob Baum"},
        "?role=admin": {"Cleo Cruz"},
        "?state=invited": {"Ivy Ivers"},
        "?role=physician&state=active": {"Alice Adler", "Bob Baum"},
        "?state=disabled": set(),
        "?q=%25": set(),
        "?q=_": set(),
        "?role=owner&state=%00&after=zzz": everybody,
        "?q=" + "x" * 5000: set(),
    }
    for query, expected in cases.items():
        page = cleo.get(f"/accounts{query}")
        assert page.status_code == 200
        table = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
        assert {name for name in everybody if name in table} == expected, query


def test_the_list_goes_on_page_by_page_and_needs_few_statements(app, cast, cleo, counting):
    with counting() as few:
        cleo.get("/accounts")
    for n in range(60):
        add_person(app, f"Person{n:02} Page", Role.PHYSICIAN)
    with counting() as many:
        first = cleo.get("/accounts").text

    assert len(many) == len(few) <= 4
    after = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = cleo.get(after).text
    assert "Person30 Page" in first
    assert "Person59 Page" in second
    assert "Alice Adler" not in second.partition("<tbody>")[2]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter the person&#39;s name"),
        ({"name": "\0 "}, "Enter the person&#39;s name"),
        ({"name": "x" * 121}, "Shorten this"),
        ({"email": ""}, "Enter the person&#39;s e-mail"),
        ({"email": "not an address"}, "name@practice.example"),
        ({"email": "a@b@c.example"}, "name@practice.example"),
        ({"email": "x" * 300 + "@practice.example"}, "Shorten this"),
        ({"email": "Alice@Practice.Example"}, "exists already"),
        ({"role": "owner"}, "Choose one of the answers"),
        ({"role": ""}, "Choose a role"),
    ],
)
def test_a_wrong_invitation_is_told_at_the_field_and_keeps_the_rest(cleo, rows, changes, words):
    before = rows("SELECT count(*) FROM account")[0][0]
    good = {"name": "Ivy Ivers", "email": "ivy@practice.example", "role": "admin"}

    answer = cleo.fill_in("/accounts/invite", {**good, **changes})

    assert answer.status_code == 422
    assert answer.text.count(words) == 2, "at the field and in the summary"
    assert all(good[name] in answer.text for name in ("name", "email") if name not in changes)
    assert rows("SELECT count(*) FROM account")[0][0] == before


@pytest.mark.one_database
def test_html_and_right_to_left_names_are_shown_as_typed(app, cleo):
    name = "<b>Ivy</b> עברית"
    answer = cleo.fill_in(
        "/accounts/invite", {"name": name, "email": "ivy@practice.example", "role": "admin"}
    )

    page = cleo.get(answer.headers["Location"]).text
    assert "&lt;b&gt;Ivy&lt;/b&gt; עברית" in page
    assert "<b>Ivy" not in page


def test_an_invitation_sent_twice_makes_one_account(cleo, rows):
    fields = {
        **cleo.fields("/accounts/invite"),
        "name": "Ivy Ivers", "email": "ivy@practice.example", "role": "admin",
    }  # fmt: skip
    answers = [cleo.post("/accounts/invite", fields) for _ in range(2)]

    assert {a.status_code for a in answers} == {303}
    assert len({a.headers["Location"] for a in answers}) == 1
    assert rows("SELECT count(*) FROM account WHERE name = 'Ivy Ivers'")[0][0] == 1


def test_one_address_invited_by_forty_at_once_makes_one_account(cleo, rows):
    fields = [cleo.fields("/accounts/invite") for _ in range(40)]
    base = {"name": "Ivy Ivers", "email": "ivy@practice.example", "role": "admin"}

    answers = all_at_once(lambda n: cleo.post("/accounts/invite", {**fields[n], **base}))

    assert sorted(a.status_code for a in answers) == [303] + [422] * 39
    assert rows("SELECT count(*) FROM account WHERE name = 'Ivy Ivers'")[0][0] == 1


@pytest.mark.one_database
def test_one_person_with_two_roles_has_two_accounts_each_with_its_own_address(app, cleo):
    answer = cleo.fill_in(
        "/accounts/invite",
        {"name": "Alice Adler", "email": "alice.admin@practice.example", "role": "admin"},
    )
    link = link_in(cleo.get(answer.headers["Location"]).text)
    Visitor(app).fill_in(link, {"new_password": NEW_PASSWORD})

    assert enter(Visitor(app), "alice.admin@practice.example", NEW_PASSWORD).status_code == 303


def test_a_physician_with_patients_is_not_disabled_without_somebody_to_take_them(
    app, cast, cleo, rows
):
    path = f"{page_of(app, cast.alice)}/disable"
    assert "care team of 1 patient, 0 unsigned visits" in cleo.get(path).text
    inactive = add_person(app, "Ivy Ivers", Role.PHYSICIAN, joined=False)[1]
    for receiver in ("", ref_of(app, cast.cleo), ref_of(app, cast.alice), inactive, "x" * 26):
        answer = cleo.fill_in(path, {"receiver": receiver})
        assert answer.status_code == 422
        assert state(rows, "Alice Adler").disabled_at is None

    answer = cleo.fill_in(path, {"receiver": ref_of(app, cast.bob)})

    assert answer.status_code == 303
    assert "Handed over: 1 patients" in cleo.get(answer.headers["Location"]).text
    assert state(rows, "Alice Adler").disabled_at is not None


def test_handing_over_gives_the_chart_to_the_receiver(app, cast, cleo, bob):
    from dashboard.patients.models import Patient

    cleo.fill_in(f"{page_of(app, cast.alice)}/disable", {"receiver": ref_of(app, cast.bob)})

    with app.app_context(), acting_as(Actor(Kind.PERSON, "Bob Baum", cast.bob)):
        seen = {p.id for p in db.session.query(Patient)}
        db.session.remove()
    assert seen == {cast.ann, cast.ben}


def test_an_enabled_account_signs_in_again(app, cast, cleo):
    give_seed(app, cast.alice)
    cleo.fill_in(f"{page_of(app, cast.alice)}/disable", {"receiver": ref_of(app, cast.bob)})
    assert enter(Visitor(app)).status_code == 422

    cleo.post(f"{page_of(app, cast.alice)}/enable")

    assert enter(Visitor(app)).headers["Location"] == "/sign-in/second-factor"


def test_a_changed_role_ends_every_sign_in_at_once(app, cast, cleo, bob):
    assert bob.get("/account").status_code == 200
    path = f"{page_of(app, cast.bob)}/role"
    assert cleo.fill_in(path, {"role": "admin"}).status_code == 422, "Ben needs a physician"

    answer = cleo.fill_in(path, {"role": "admin", "receiver": ref_of(app, cast.alice)})

    assert answer.status_code == 303
    assert bob.get("/account").headers["Location"] == "/sign-in"
    assert people.sign_in(app, cast.bob).get("/").headers["Location"] == "/accounts"


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["owner", "PHYSICIAN", "0", "\0", "x" * 1000])
def test_a_role_that_is_none_is_refused(app, cast, cleo, rows, role):
    answer = cleo.fill_in(f"{page_of(app, cast.bob)}/role", {"role": role})

    assert answer.status_code == 422
    assert state(rows, "Bob Baum").role == "physician"


def test_the_last_admin_can_neither_go_nor_change(app, cast, cleo, rows):
    path = page_of(app, cast.cleo)
    for act, fields in (("disable", {}), ("role", {"role": "physician"})):
        answer = cleo.fill_in(f"{path}/{act}", fields)
        assert answer.status_code == 409
        assert "last admin" in answer.text
    assert state(rows, "Cleo Cruz") == ("admin", None)


def test_an_invited_or_disabled_admin_does_not_count(app, cast, cleo):
    add_person(app, "Ivy Ivers", Role.ADMIN, joined=False)

    assert cleo.fill_in(f"{page_of(app, cast.cleo)}/disable", {}).status_code == 409


@pytest.mark.one_database
def test_nobody_changes_or_resets_their_own_account_here(app, cast, cleo):
    add_person(app, "Dora Dahl", Role.ADMIN)
    path = page_of(app, cast.cleo)

    assert cleo.fill_in(f"{path}/role", {"role": "physician"}).status_code == 409
    assert cleo.fill_in(f"{path}/disable", {}).status_code == 409
    assert cleo.post(f"{path}/reset-second-factor").status_code == 409


@pytest.mark.parametrize("act", ["disable", "role"])
def test_two_admins_removing_each_other_at_once_leave_one(app, cast, rows, act):
    """Both are past the door when they act: only the act itself can still tell."""
    dora = add_person(app, "Dora Dahl", Role.ADMIN)[0]
    start, outcomes = threading.Barrier(2), []

    def remove(by, target):
        with app.app_context(), acting_as(Actor(Kind.PERSON, "an admin", by)):
            expect_writing(True)
            start.wait()
            user = db.session.get_one(User, target)
            try:
                if act == "disable":
                    actions.disable(user, by=by, receiver=None)
                else:
                    actions.change_role(user, Role.PHYSICIAN, by=by, receiver=None)
                db.session.commit()
                outcomes.append("done")
            except Refusal:
                db.session.rollback()
                outcomes.append("refused")
            db.session.remove()

    for _ in range(5):
        threads = [
            threading.Thread(target=remove, args=pair)
            for pair in ((cast.cleo, dora), (dora, cast.cleo))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["done", "refused"]
        left = rows(
            "SELECT id FROM account WHERE role = 'admin' AND disabled_at IS NULL"
            " AND joined_at IS NOT NULL"
        )
        assert len(left) == 1
        outcomes.clear()
        restore(app, cast.cleo, dora)


def restore(app, *admins):
    from dashboard.actor import acting_as_job

    with app.app_context(), acting_as_job("test data"):
        for key in admins:
            user = db.session.get(User, key)
            user.role, user.disabled_at = Role.ADMIN, None
        db.session.commit()
        db.session.remove()


def test_ending_sign_ins_and_resetting_the_second_factor(app, cast, cleo, alice):
    path = page_of(app, cast.alice)
    assert cleo.post(f"{path}/end-sign-ins").status_code == 303
    assert alice.get("/account").headers["Location"] == "/sign-in"

    cleo.post(f"{path}/reset-second-factor")
    assert enter(Visitor(app)).headers["Location"] == "/sign-in/enrol"


def test_every_act_of_an_admin_is_in_the_trail(app, cast, cleo, rows):
    path = page_of(app, cast.alice)
    for act in ("unlock", "end-sign-ins", "link", "reset-second-factor"):
        cleo.post(f"{path}/{act}")
    bob = {"receiver": ref_of(app, cast.bob)}
    cleo.fill_in(f"{path}/disable", bob)
    cleo.post(f"{path}/enable")
    cleo.fill_in(f"{path}/role", {"role": "admin"})
    cleo.fill_in(
        "/accounts/invite", {"name": "Ivy", "email": "ivy@practice.example", "role": "admin"}
    )

    told = rows("SELECT action, actor_name FROM audit_event WHERE actor_name = 'Cleo Cruz'")
    assert {
        "unlock", "sign out", "create", "update", "disable account", "hand over",
        "enable account", "change role", "invite",
    } <= {row.action for row in told}  # fmt: skip
    assert "argon2" not in str(rows("SELECT detail FROM audit_event"))


@pytest.mark.one_database
def test_an_account_that_is_not_there_is_not_there(cleo):
    for act in ("", "/disable", "/role"):
        assert cleo.get(f"/accounts/{'a' * 26}{act}").status_code == 404
    for act in ("/enable", "/unlock", "/link", "/end-sign-ins", "/reset-second-factor"):
        assert cleo.post(f"/accounts/{'a' * 26}{act}").status_code == 404
    assert cleo.get("/accounts/1").status_code == 404


@pytest.mark.one_database
def test_the_admins_pages_show_no_patient(app, cast, cleo):
    for path in ("/accounts", page_of(app, cast.alice), f"{page_of(app, cast.alice)}/disable"):
        text = cleo.get(path).text
        assert "Abel" not in text
        assert "000001" not in text
