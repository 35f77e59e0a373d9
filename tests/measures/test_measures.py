"""The measures page: strips, verdicts, the table, the file, and the baseline somebody chose."""

from __future__ import annotations

import csv
import io
import re
from fractions import Fraction

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.chart import drawings
from dashboard.db import db
from dashboard.scores.models import ScoreValue, Standing
from tests.scores.charts import many
from tests.scores.doses import dose
from tests.scores.filling import answers, enter, text_of


def page_of(visitor, ref: str, within: str = "all") -> BeautifulSoup:
    answer = visitor.get(f"/patients/{ref}/measures?range={within}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def file_of(visitor, ref: str) -> list[dict[str, str]]:
    answer = visitor.get(f"/patients/{ref}/measures.csv")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


def number(cell: str) -> Fraction | None:
    return Fraction(cell.lstrip("'")) if cell else None


def test_table_and_file_hold_exactly_what_the_database_holds(alice, app, cast, rows):
    many(app, cast, "gad7", count=3)
    enter(alice, cast.ann_ref, "phq9", {**answers(1, 6), "9": 2}, days_ago=3)
    first = enter(alice, cast.ann_ref, "peg", {"1": 1, "2": 2, "3": 5}).request.path
    alice.fill_in(f"{first}/correct", {"item_1": "3"})
    wrong = enter(alice, cast.ann_ref, "gad7", answers(3, 7)).request.path
    alice.fill_in(f"{wrong}/entered-in-error", {"reason": "another patient's"})

    with app.app_context(), acting_as_job("test"):
        held = db.session.scalars(
            sa.select(ScoreValue).where(ScoreValue.standing != Standing.IN_ERROR)
        ).all()
    expected = sorted(
        (v.instrument, v.score, v.taken_at.isoformat(), str(v.value), str(v.lo), str(v.hi),
         str(v.n_answered), v.mode.value, v.standing.value)
        for v in held
    )  # fmt: skip
    told = sorted(
        (r["instrument"], r["score"], r["taken at (UTC)"], str(number(r["value"])),
         str(number(r["lowest"])), str(number(r["highest"])), r["answered"], r["mode"],
         r["standing"])
        for r in file_of(alice, cast.ann_ref)
    )  # fmt: skip
    assert told == expected
    assert any("/" in value for value in (row[3] for row in told)), "a prorated third is exact"
    assert not any(
        re.match(r"[=+\-@]", c) for r in file_of(alice, cast.ann_ref) for c in r.values()
    )
    assert len(page_of(alice, cast.ann_ref).select("[aria-labelledby=table-h] tbody tr")) == len(
        held
    )
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'export'")[0][0] == 2


@pytest.mark.one_database
def test_every_strip_says_its_values_its_verdict_and_what_it_rests_on(alice, app, cast):
    enter(alice, cast.ann_ref, "gad7", answers(2, 7), days_ago=30)
    dose(app, cast, days_ago=29)
    enter(alice, cast.ann_ref, "gad7", answers(1, 7))
    enter(alice, cast.ann_ref, "edeqs", {**answers(1, 12)})

    page = page_of(alice, cast.ann_ref)

    words = " ".join(page.find("main").get_text(" ").split())
    assert "GAD-7 14 to 7 in 30 days: reliable improvement (4 or more), now below 8" in words
    assert "Baseline: last score before the first dose" in words
    assert "lower is worse" not in words
    assert "Reliable change: 7 or more" in words
    assert "Provisional limit." in words
    strip = next(d for d in page.select("desc") if d.text.startswith("GAD-7"))
    assert "Doses: " in strip.text
    assert "The clinical range ends at 8" in strip.text
    headings = [one.text for one in page.select("main section.panel > header > h2")]
    assert headings[0] == "Eating disorder"
    assert "Not used yet: EDE-Q" in words


@pytest.mark.one_database
@pytest.mark.parametrize("within", ["4w", "12w", "all"])
def test_the_page_costs_the_same_however_long_the_history(alice, app, cast, counting, within):
    costs = []
    for count in (2, 30):
        many(app, cast, "edeqs", "phq9", "gad7", count=count)
        page_of(alice, cast.ann_ref, within)
        drawings.forget()
        with counting() as sent:
            page_of(alice, cast.ann_ref, within)
        costs.append(len(sent))

    assert costs[0] == costs[1]
    assert costs[0] <= 10 + 5, sent.texts


def test_a_chosen_baseline_is_an_act_with_a_name_and_a_reason(alice, app, cast, rows):
    enter(alice, cast.ann_ref, "gad7", answers(3, 7), days_ago=40)
    enter(alice, cast.ann_ref, "gad7", answers(1, 7))
    path = f"/patients/{cast.ann_ref}/measures/gad7/baseline"
    offered = BeautifulSoup(alice.get(path).text, "html.parser").select("[name=response]")
    assert [one.get("checked") for one in offered] == [None] * 3

    refused = alice.fill_in(path, {"response": offered[2]["value"], "reason": ""})
    assert refused.status_code == 422
    assert alice.fill_in(path, {"response": "x" * 26, "reason": "no"}).status_code == 422
    chosen = alice.fill_in(path, {"response": offered[2]["value"], "reason": "Paused a year."})
    assert chosen.status_code == 303

    words = text_of(alice.get(chosen.location))
    assert "GAD-7 21 to 7 in 40 days: reliable improvement" in words
    assert "Baseline: chosen by a clinician" in words
    kept = text_of(alice.get(path))
    assert "Paused a year." in kept
    assert "Alice Adler" in kept
    alice.fill_in(path, {"response": "rule", "reason": "Back to the rule."})
    assert "No baseline: no dose has been recorded" in text_of(alice.get(chosen.location))
    assert len(rows("SELECT id FROM baseline_choice")) == 2
    assert alice.get(path.replace("gad7", "nothing")).status_code == 404


def test_a_bad_score_asks_for_a_repeat_and_the_repeat_confirms_it(alice, app, cast, rows):
    enter(alice, cast.ann_ref, "gad7", answers(1, 7), days_ago=30)
    dose(app, cast, days_ago=29)

    enter(alice, cast.ann_ref, "gad7", answers(2, 7), days_ago=5)
    asked = "SELECT times, repeat_by IS NULL, words FROM alert WHERE rule = 'gad7:reliably_worse'"
    ((times, is_settled, words),) = rows(asked)
    assert (times, bool(is_settled)) == (1, False)
    assert "repeat within 7 days to confirm" in words

    enter(alice, cast.ann_ref, "gad7", answers(2, 7))
    ((times, is_settled, words),) = rows(asked)
    assert (times, bool(is_settled)) == (2, True)
    assert "confirmed by a repeat" in words
