"""What the pages cost: statements that do not grow with the history, no scan of a table."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.chart import drawings, timeline
from dashboard.db import db
from tests.chart.test_overview import open_chart, visit
from tests.scores.charts import many
from tests.scores.filling import answers, enter

BIG = ("response", "score_value", "latest_score", "visit", "alert", "drawn_chart")
ACCESS_AND_TRAIL = 1 + 1 + 3  # sign-in; patient; head, event, head
SAVE_EXTRAS = 2 + 4 + 2  # sign-in and patient; version, head, events, head; submission
# Made anew, the overview asks three sources more than the goal of 9: a window's hours, the plan and
# the last session, each asked of the area that knows it. Held, it asks 2.
OVERVIEW, HELD = 12, 2
PAGES = {"": OVERVIEW, "/scores": 8, "/scores/new": 8, "/scores/new/phq9": 8}


@pytest.mark.parametrize("count", [1, 40])
def test_the_pages_keep_their_budget_at_any_length(alice, app, cast, counting, count):
    many(app, cast, "edeqs", "phq9", "gad7", count=count)
    for days in range(count):
        visit(app, cast, days_ago=days + 1, is_signed=True)
    open_chart(alice, cast.ann_ref)

    for end, budget in PAGES.items():
        timeline.forget()
        with counting() as sent:
            assert alice.get(f"/patients/{cast.ann_ref}{end}").status_code == 200
        assert len(sent) <= budget + ACCESS_AND_TRAIL, (end, sent.texts)


def test_a_long_history_costs_the_overview_no_statement_more(alice, app, cast, counting):
    costs = []
    for count in (1, 120):
        many(app, cast, "gad7", count=count)
        open_chart(alice, cast.ann_ref)
        timeline.forget()
        with counting() as sent:
            open_chart(alice, cast.ann_ref)
        costs.append(len(sent))

    assert costs[0] == costs[1]


def test_a_save_keeps_its_budget(alice, app, cast, counting):
    path = f"/patients/{cast.ann_ref}/scores/new/gad7"
    costs = []
    for count in (2, 70):
        many(app, cast, "gad7", count=count)
        fields = alice.fields(path) | {"mode": "paper"} | {f"item_{n}": "1" for n in range(1, 8)}
        with counting() as sent:
            assert alice.post(path, {**fields, "another": "y"}).status_code == 303
        costs.append(len(sent))

    assert costs[0] == costs[1]
    assert costs[0] <= 12 + SAVE_EXTRAS, sent.texts


def test_a_drawing_is_made_once_for_all_workers(alice, app, cast, counting):
    many(app, cast, "gad7", count=3)
    timeline.forget()
    drawings.forget()
    open_chart(alice, cast.ann_ref)
    timeline.forget()
    drawings.forget()  # as another worker, which has drawn nothing yet

    with counting() as sent:
        open_chart(alice, cast.ann_ref)

    assert not [text for text in sent.texts if text.startswith("INSERT INTO drawn_chart")]


@pytest.mark.one_database
def test_a_drawing_names_no_patient(alice, app, cast, rows):
    many(app, cast, "gad7", count=3)
    timeline.forget()
    drawings.forget()
    open_chart(alice, cast.ann_ref)

    kept = json.dumps([list(map(str, row)) for row in rows("SELECT * FROM drawn_chart")])

    assert kept != "[]"
    for name in (cast.ann_ref, str(cast.ann), "Abel", "000001"):
        assert name not in kept


def plans(app, texts: list[tuple[str, tuple[Any, ...]]]) -> list[str]:
    """Return how the database would run each statement."""
    found = []
    with app.app_context(), db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")
        for text, parameters in texts:
            explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            rows = connection.exec_driver_sql(explain + text, parameters).all()
            found.append("\n".join(str(row[-1]) for row in rows))
    return found


def test_no_page_reads_a_whole_table(alice, app, cast):
    many(app, cast, "edeqs", "phq9", "gad7", count=24)
    page = enter(alice, cast.ann_ref, "phq9", answers(1, 9)).request.path
    sent: list[tuple[str, tuple[Any, ...]]] = []

    def note(_conn, _cursor, statement, parameters, _context, _many):
        if statement.lstrip("( ").startswith("SELECT"):
            sent.append((statement.replace("FOR UPDATE", ""), parameters))

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    older = alice.get(f"/patients/{cast.ann_ref}/scores").text
    paths = [*(f"/patients/{cast.ann_ref}{end}" for end in PAGES), page]
    paths += re.findall(r'rel="next" href="([^"]+)"', older)
    for path in paths:
        timeline.forget()
        assert alice.get(path).status_code == 200
    sa.event.remove(engine, "before_cursor_execute", note)

    scan = re.compile(rf"(SCAN|Seq Scan on) ({'|'.join(BIG)})\b")
    told = plans(app, sent)
    assert len(told) > 20
    for plan, (text, _) in zip(told, sent, strict=True):
        assert not scan.search(plan), f"{plan}\n{text}"
