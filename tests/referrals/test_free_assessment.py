"""The public page: off by default, promises nothing, keeps what an adult of a served state sent."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
import time_machine

from dashboard.clock import now
from dashboard.referrals import actions
from tests.cast import Visitor, form_fields
from tests.referrals.asking import GOOD, PAGE, THANKS, came_today, send, switch_on

WRITTEN = "SELECT given_name, email, brings, number FROM free_assessment ORDER BY received_at, id"


def referrals(rows) -> list[tuple[str, int]]:
    return [tuple(one) for one in rows("SELECT state, times FROM referral ORDER BY received_at")]


@pytest.mark.one_database
def test_it_is_off_until_an_admin_switches_it_on_for_states_that_are_served(app, nobody, cleo):
    for path in (PAGE, THANKS, "/free-assessment/elsewhere"):
        assert nobody.get(path).status_code == 404
    assert nobody.get(PAGE).text.count("free") == nobody.get("/no-such-page").text.count("free")

    refused = cleo.fill_in("/practice", {"free_assessment": "y"})
    assert refused.status_code == 422
    assert "Tick the states you serve first" in refused.text
    cleo.fill_in("/practice", {"free_assessment": "y", "states_served": ["FL", "NJ"]})

    assert "We work with adults in Florida and New Jersey." in nobody.get(PAGE).text
    assert "/free-assessment. Switched off" in cleo.get("/practice").text


@pytest.mark.one_database
def test_the_page_is_light_says_where_help_is_and_judges_nothing(app, nobody):
    switch_on(app)
    for path in (PAGE, THANKS, "/free-assessment/elsewhere"):
        page = nobody.get(path).text
        assert len(page.encode()) < 50_000
        assert "<script" not in page
        assert 'href="tel:988"' in page and 'href="tel:911"' in page
        for word in ("weight", "BMI", "calorie", "score", "eligible", "diagnos", "ketamine"):
            assert word not in page.lower()
        if path != "/free-assessment/elsewhere":
            assert "not watched in real time" in page


def test_what_an_adult_sends_becomes_one_referral_word_for_word(app, nobody, rows):
    switch_on(app)
    words = "  I binge <b>at night</b> 🌙 ‏שלום\r\nand cannot stop.\0 "

    answer = send(nobody, brings=words, given_name="Zoë-Ann", family_name="O’Neil <i>")

    assert (answer.status_code, answer.location) == (303, THANKS)
    assert "Thank you" in nobody.get(THANKS).text
    written = rows("SELECT * FROM free_assessment")[0]
    assert written.brings == "I binge <b>at night</b> 🌙 ‏שלום\nand cannot stop."
    assert (written.given_name, written.family_name) == ("Zoë-Ann", "O’Neil <i>")
    assert (written.place, written.email, written.telephone, written.best_time) == (
        "NJ", "dora@mail.example", "201-555-0142", "weekdays after 5 pm",
    )  # fmt: skip
    told = [
        bool(one) for one in (written.may_leave_message, written.sees_therapist,
                              written.sees_dietitian, written.sees_physician)
    ]  # fmt: skip
    assert told == [False, True, True, False]
    assert "127.0.0.1" not in str(tuple(written))
    assert referrals(rows) == [("new", 1)]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "changes", [{"is_adult": "no"}, {"place": "TX"}, {"is_adult": "no", "given_name": ""}]
)
def test_a_minor_or_somebody_elsewhere_is_told_kindly_and_nothing_is_kept(
    app, nobody, rows, changes
):
    switch_on(app)
    before = rows("SELECT count(*) FROM audit_event")[0][0]

    answer = send(nobody, **changes)

    assert (answer.status_code, answer.location) == (303, "/free-assessment/elsewhere")
    page = nobody.get(answer.location).text
    assert "18 or older, in Florida and New Jersey" in page
    assert "Nothing of what you wrote was kept" in page
    assert rows(WRITTEN) == []
    assert rows("SELECT count(*) FROM audit_event")[0][0] == before


BAD = (
    ({"is_adult": ""}, "Say whether you are 18 or older."),
    ({"is_adult": "perhaps"}, "Say whether you are 18 or older."),
    ({"place": ""}, "Choose the state you are in."),
    ({"place": "ZZ"}, "Choose the state you are in."),
    ({"place": "\0"}, "Choose the state you are in."),
    ({"given_name": "  \0 "}, "Write your first name."),
    ({"given_name": "7"}, "Write your name with letters."),
    ({"family_name": "\u202e "}, "Write your last name."),
    ({"family_name": "\u200b\u00ad"}, "Write your name with letters."),
    ({"family_name": "x" * 81}, "Shorten this to 80"),
    ({"email": "", "telephone": ""}, "Write an e-mail address or a telephone number."),
    ({"email": "dora at home"}, "Write the address as"),
    ({"email": "a@b.example, c@d.example"}, "Write the address as"),
    ({"email": "x" * 255}, "Shorten this to 254"),
    ({"telephone": "call me"}, "as people dial it"),
    ({"telephone": "٢١٢٥٥٥٠١٠٠"}, "as people dial it"),
    ({"best_time": "x" * 101}, "Shorten this to 100"),
    ({"may_leave_message": ""}, "Say whether a message there is safe for you."),
    ({"brings": "🌙" * 1001}, "Shorten this to 1,000"),
    ({"brings": "x" * 400_000}, "Shorten this to 1,000"),
    ({"seeing": ["therapist", "wizard"]}, "Tick those of the list only."),
    ({"may_contact": ""}, "Tick this, or we may not answer you."),
)


@pytest.mark.one_database
def test_bad_input_is_told_at_the_field_and_in_the_summary_and_the_rest_is_kept(app, nobody, rows):
    switch_on(app)
    for changes, words in BAD:
        if changes.get("may_contact") == "":
            fields = {name: GOOD[name] for name in GOOD if name != "may_contact"}
            answer = nobody.post(PAGE, {**nobody.fields(PAGE), **fields})
        else:
            answer = send(nobody, **changes)

        assert answer.status_code == 422, changes
        assert answer.text.count(words) == 2, changes
        assert answer.text.count("<title>Error: ") == 1, changes
        kept = form_fields(answer.text)
        for name in ("given_name", "best_time"):
            assert name in changes or kept[name] == GOOD[name], changes
    assert rows(WRITTEN) == []


@pytest.mark.one_database
def test_too_much_text_and_a_form_without_its_token_meet_a_page_with_help(app, nobody):
    switch_on(app)
    for answer in (
        nobody.post(PAGE, {**GOOD, "brings": "x" * 10**6}),
        nobody.client.post(PAGE, data=GOOD, base_url=nobody.base),
    ):
        assert answer.status_code in {400, 413}
        assert 'href="tel:988"' in answer.text


@pytest.mark.one_database
def test_programs_are_asked_to_send_once_more_and_people_lose_nothing(app, nobody, rows):
    switch_on(app)
    fields = {**nobody.fields(PAGE), **GOOD}
    trapped = send(nobody, website="https://spam.example")
    for answer in (nobody.post(PAGE, fields), trapped):
        assert answer.status_code == 422
        assert "send them once more" in answer.text
    with time_machine.travel(now() + dt.timedelta(days=2), tick=False):
        late = nobody.post(PAGE, fields)
    forged = nobody.post(PAGE, {**fields, "submission_id": "forged"})
    for answer in (late, forged):
        assert answer.status_code == 422
        assert "open for more than a day" in answer.text
    assert rows(WRITTEN) == []

    again = form_fields(trapped.text)
    with time_machine.travel(now() + dt.timedelta(minutes=1), tick=False):
        assert nobody.post(PAGE, {**again, "seeing": []}).location == THANKS
    assert len(rows(WRITTEN)) == 1


def test_the_same_form_sent_twice_counts_once(app, nobody, rows):
    switch_on(app)
    fields = {**nobody.fields(PAGE), **GOOD}
    with time_machine.travel(now() + dt.timedelta(minutes=3), tick=False):
        answers = [nobody.post(PAGE, fields) for _ in range(2)]

    assert [one.location for one in answers] == [THANKS, THANKS]
    assert referrals(rows) == [("new", 1)]
    assert len(rows(WRITTEN)) == 1


def test_the_same_contact_within_a_day_is_one_referral_that_keeps_both_texts(app, nobody, rows):
    switch_on(app)
    send(nobody)
    answer = send(nobody, email="DORA@mail.example", telephone="", brings="I forgot: I vomit.")
    send(nobody, email="", telephone="+1 (201) 555 0142", brings="Call me.")
    send(nobody, email="eve@mail.example", telephone="201-555-0199")

    assert answer.location == THANKS
    assert referrals(rows) == [("new", 3), ("new", 1)]
    assert [one.brings for one in rows(WRITTEN)][1:3] == ["I forgot: I vomit.", "Call me."]
    with time_machine.travel(now() + dt.timedelta(days=1, minutes=1), tick=False):
        send(Visitor(app))
    assert len(referrals(rows)) == 3


def test_a_flood_is_stopped_by_address_and_in_all_and_the_text_stays(app, nobody, rows):
    switch_on(app)
    home = "2001:db8:1:1::"
    for number in range(actions.PER_ADDRESS):
        assert send(nobody, f"{home}{number}", email=f"a{number}@mail.example").status_code == 303

    stopped = send(nobody, f"{home}ffff", email="last@mail.example", brings="Please read this.")

    assert stopped.status_code == 429
    assert "We cannot take more of these now" in stopped.text
    assert form_fields(stopped.text)["brings"] == "Please read this."
    assert send(nobody, "::ffff:192.0.2.1", email="b@mail.example").status_code == 303
    came_today(app, actions.PER_DAY - actions.PER_ADDRESS - 1)
    assert send(nobody, "192.0.2.77", email="c@mail.example").status_code == 429
    assert len(rows(WRITTEN)) == actions.PER_DAY
    with time_machine.travel(now() + dt.timedelta(days=1, minutes=1), tick=False):
        assert send(Visitor(app), f"{home}1", email="d@mail.example").status_code == 303


def test_neither_trail_nor_log_tells_who_wrote(app, nobody, rows, caplog, capfd):
    switch_on(app)
    caplog.set_level(logging.DEBUG)
    send(nobody)
    send(nobody, email="dora at home")

    trail = str([tuple(one) for one in rows("SELECT * FROM audit_event")])
    said = caplog.text + "".join(capfd.readouterr()) + trail
    for word in ("Dora", "Delaney", "dora@", "dora at home", "0142", "binge"):
        assert word not in said
    assert "'nobody signed in'" in trail and "free_assessment" in trail


@pytest.mark.one_database
def test_the_page_and_its_sending_need_few_statements(app, nobody, counting):
    switch_on(app)
    fields = {**nobody.fields(PAGE), **GOOD}
    with counting() as opened:
        nobody.get(PAGE)
    with time_machine.travel(now() + dt.timedelta(minutes=3), tick=False), counting() as sent:
        nobody.post(PAGE, fields)

    assert len(opened) == 1
    assert len(sent) <= 7 + 3 + 2
