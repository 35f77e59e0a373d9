"""Figures for the admin: how many, how soon, by whom; nothing of what anybody answered."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.alerts import actions
from dashboard.alerts.models import Level, Outcome
from dashboard.db import db
from tests.cast import sign_in
from tests.scores.filling import text_of

MONDAY = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)


def history(app, cast) -> None:
    """One taken after 12 minutes, one closed after two hours, one overdue, one of last week."""
    with app.app_context(), acting_as_job("test data"):
        made = [
            actions.raise_alert(
                cast.ben if level is Level.NEXT_VISIT else cast.ann, key=f"phq9:{name}",
                rule=f"phq9:{name}", level=level, words="A canary's words", instrument="phq9",
                version="2001.2", answers={"9": 3},
                at=MONDAY - dt.timedelta(days=days, minutes=200),
            )
            for name, level, days in (
                ("a", Level.SAME_DAY, 0), ("b", Level.SAME_DAY, 0), ("c", Level.IMMEDIATE, 0),
                ("d", Level.NEXT_VISIT, 7),
            )
        ]  # fmt: skip
        at = MONDAY - dt.timedelta(minutes=188)
        actions.acknowledge(made[0].id, note="I call.", by=cast.alice, at=at)
        actions.close(
            made[1].id, outcome=Outcome.SPOKE, note="Spoke.", by=cast.alice,
            at=MONDAY - dt.timedelta(minutes=80),
        )  # fmt: skip
        made[3].owner_id = None
        db.session.commit()
        db.session.remove()


def test_the_figures_are_counted_from_what_happened(app, cast):
    with time_machine.travel(MONDAY, tick=False):
        history(app, cast)
        cleo = sign_in(app, cast.cleo)
        page = cleo.get("/alerts/statistics")
        file = cleo.get("/alerts/statistics.csv")

    words = text_of(page)
    assert "Raised 4" in words and "Not closed 3" in words and "With nobody 1" in words
    assert "Minutes until taken, median 66" in words
    lines = list(csv.reader(io.StringIO(file.text)))
    assert lines[1:4] == [
        ["23-Nov-2026", "Now", "1", "1", "\N{EN DASH}", "100 %"],
        ["23-Nov-2026", "Today", "2", "1", "66", "0 %"],
        ["16-Nov-2026", "Next visit", "1", "1", "\N{EN DASH}", "0 %"],
    ]
    assert ["Alice Adler", "3", "0.2", "2"] in lines
    assert ["Nobody", "1", "0.1", "1"] in lines


@pytest.mark.one_database
def test_no_patient_rule_or_answer_is_in_them(app, cast, rows):
    with time_machine.travel(MONDAY, tick=False):
        history(app, cast)
        cleo = sign_in(app, cast.cleo)
        page = cleo.get("/alerts/statistics")
        shown = text_of(page) + cleo.get("/alerts/statistics.csv").text

    for word in ("Abel", "ABEL", "Boone", "phq9", "PHQ", "canary", "item", "Spoke", "000001"):
        assert word not in shown, word
    for (ref,) in rows("SELECT ref FROM alert UNION SELECT ref FROM patient"):
        assert ref not in page.text + shown


@pytest.mark.one_database
def test_without_alerts_the_page_says_what_that_means(cleo, cast):
    assert "No alerts in these weeks" in text_of(cleo.get("/alerts/statistics"))


def test_the_figures_cost_the_same_however_many_there_are(app, cast, counting):
    with time_machine.travel(MONDAY, tick=False):
        history(app, cast)
        cleo = sign_in(app, cast.cleo)
        with counting() as sent:
            cleo.get("/alerts/statistics")

    assert len(sent) <= 3, sent.texts
