"""The worklist across one's patients: overdue first, mine apart, the count on every page."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.alerts import actions, reading
from dashboard.alerts.models import Level
from dashboard.clock import now
from dashboard.db import db
from tests.scores.filling import answers, enter, text_of


def raise_many(app, patient_id, count: int, *, hours_ago: float = 0, level=Level.SAME_DAY) -> None:
    with app.app_context(), acting_as_job("test data"):
        for number in range(count):
            actions.raise_alert(
                patient_id, key=f"x:{hours_ago}:{number}", rule="x", level=level,
                words=f"Rule {number} of {hours_ago}", answers={},
                at=now() - dt.timedelta(hours=hours_ago),
            )  # fmt: skip
        db.session.commit()
        db.session.remove()


def row_texts(page) -> list[str]:
    soup = BeautifulSoup(page.text, "html.parser")
    return [" ".join(row.get_text(" ").split()) for row in soup.select("main tbody tr")]


def test_what_is_overdue_comes_first_and_another_physicians_patient_is_not_there(
    app, alice, bob, cast
):
    raise_many(app, cast.ann, 1, hours_ago=0.1, level=Level.IMMEDIATE)
    raise_many(app, cast.ann, 1, hours_ago=5, level=Level.IMMEDIATE)
    raise_many(app, cast.ann, 1, hours_ago=60, level=Level.NEXT_VISIT)
    raise_many(app, cast.ben, 1)

    lines = row_texts(alice.get("/alerts"))

    assert ["Rule 0 of 5" in lines[0], "overdue by 4 hours" in lines[0]] == [True, True]
    assert "Rule 0 of 0.1" in lines[1] and "due in 23 minutes" in lines[1]
    assert "Rule 0 of 60" in lines[2] and "Next visit" in lines[2]
    assert all("ABEL, Ann" in line for line in lines) and len(lines) == 3
    assert "ABEL" not in bob.get("/alerts").text


def test_the_navigation_counts_what_nobody_took(app, alice, cleo, cast):
    def count(visitor, path) -> str:
        link = BeautifulSoup(visitor.get(path).text, "html.parser").select_one(
            "nav.nav a[href='/alerts']"
        )
        return " ".join(link.get_text(" ").split())

    assert count(alice, "/patients") == "Alerts"
    raise_many(app, cast.ann, 3)
    raise_many(app, cast.ben, 2)

    for path in ("/patients", "/alerts", f"/patients/{cast.ann_ref}"):
        assert count(alice, path) == "Alerts 3 not taken", path
    assert "/alerts/statistics" in cleo.get("/accounts").text


def test_a_page_kept_by_the_browser_is_made_anew_when_an_alert_was_raised_elsewhere(
    app, alice, cast, team
):
    path = f"/patients/{cast.ann_ref}"
    tag = alice.get(path).headers["ETag"]
    assert alice.get(path, headers={"If-None-Match": tag}).status_code == 304

    raise_many(app, cast.ann, 1)

    assert alice.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.one_database
def test_an_empty_worklist_says_what_it_means(alice, cast):
    words = text_of(alice.get("/alerts"))

    assert "Nothing needs you" in words
    assert "answers that were not given" in words


@pytest.mark.parametrize("many", [1, 60])
def test_the_worklist_costs_the_same_however_long_it_is(app, alice, cast, counting, many):
    raise_many(app, cast.ann, many)
    alice.get("/alerts")

    with counting() as sent:
        page = alice.get("/alerts")

    assert len(row_texts(page)) == many
    assert len(sent) <= 5, sent.texts


@pytest.mark.one_database
def test_a_list_too_long_to_show_says_so(app, alice, cast, monkeypatch):
    monkeypatch.setattr(reading, "MOST", 3)
    raise_many(app, cast.ann, 4)

    page = alice.get("/alerts")

    assert len(row_texts(page)) == 3
    assert "There are more than 3 alerts" in text_of(page)


def test_the_pages_of_a_patients_alerts_need_few_statements(app, alice, cast, counting):
    enter(alice, cast.ann_ref, "phq9", answers(1, 9))
    raise_many(app, cast.ann, 30)
    path = f"/patients/{cast.ann_ref}/alerts"
    one = BeautifulSoup(alice.get(path).text, "html.parser").select_one("tbody th a")["href"]
    for page in (path, one, f"{one}/close"):
        with counting() as sent:
            alice.get(page)
        assert len(sent) <= 8, (page, sent.texts)
