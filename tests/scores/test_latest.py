"""The latest score of each kind equals what the responses say, whatever was done in which order."""

from __future__ import annotations

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.clinical.instruments import catalogue, exact_text
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.scores import actions, baselines
from dashboard.scores.models import (
    BaselineChoice,
    LatestScore,
    Mode,
    Response,
    ScoreValue,
    Standing,
)
from dashboard.scores.readings import read, read_baseline
from dashboard.scores.recent import recent, since
from dashboard.sessions import actions as sessions
from dashboard.sessions.models import Dose, Route
from tests.scores.charts import many
from tests.scores.filling import answers, enter


def recounted() -> dict[str, tuple]:
    """Find the newest score, the baseline and the recent scores by hand, from the responses."""
    responses = db.session.scalars(sa.select(Response)).all()
    errors = {one.id for one in responses if one.entered_in_error_at}
    older = {one.id: one.supersedes_id for one in responses}
    replaced = set()
    for one in responses:
        link = None if one.id in errors else older[one.id]
        while link:
            replaced.add(link)
            link = older[link]
    found: dict[str, list[ScoreValue]] = {}
    for value in db.session.scalars(sa.select(ScoreValue)):
        if value.response_id not in errors | replaced:
            found.setdefault(value.score, []).append(value)
    return {score: summary(values) for score, values in found.items()}


def summary(values: list[ScoreValue]) -> tuple:
    ordered = sorted(values, key=lambda one: (one.taken_at, one.response_id))
    newest = ordered[-1]
    valid = [one for one in ordered if one.value is not None]
    choice = db.session.scalars(
        sa.select(BaselineChoice).order_by(
            BaselineChoice.chosen_at.desc(), BaselineChoice.id.desc()
        )
    ).first()
    given = sa.select(sa.func.min(Dose.given_at)).where(Dose.entered_in_error_at.is_(None))
    dose = db.session.scalar(given)
    zone = ZoneInfo("America/New_York")
    before = [
        one
        for one in valid
        if dose
        and one.taken_at < dose
        and (dose.astimezone(zone).date() - one.taken_at.astimezone(zone).date()).days <= 14
    ]
    chosen = [one for one in valid if choice and one.response_id == choice.response_id]
    baselines = chosen or before[-1:]
    return (
        newest.response_id,
        newest.value,
        baselines[0].taken_at if baselines else None,
        [(one.taken_at, one.value) for one in ordered[-12:]],
    )


def stored() -> dict[str, tuple]:
    return {
        row.score: (
            row.response_id,
            row.value,
            found.at if (found := read_baseline(row.baseline).reading) else None,
            [(one.at, one.value) for one in read(row.recent)],
        )
        for row in db.session.scalars(sa.select(LatestScore))
    }


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_done_the_latest_score_and_its_baseline_are_true(app, cast, seed):
    dice = random.Random(seed)  # noqa: S311 a dice for tests
    phq9, start = catalogue()["phq9"], now()
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        for _ in range(25):
            counting = list(
                db.session.scalars(
                    sa.select(Response)
                    .join(ScoreValue, ScoreValue.response_id == Response.id)
                    .where(ScoreValue.standing == Standing.COUNTS, ScoreValue.score == "total")
                )
            )
            acts = [
                "add",
                "add",
                "late",
                "correct",
                "error",
                "dose",
                "no dose",
                "choose",
                "go back",
            ]
            act = dice.choice(acts) if counting else "add"
            if act == "dose":
                given_at = start - dt.timedelta(days=dice.randrange(20), hours=1)
                sessions.record(
                    ann, given_at=given_at, zone="America/New_York", dose_mg=None,
                    route=Route.NOT_SAID, by=cast.alice,
                )  # fmt: skip
                baselines.renew(ann.id)
            elif act == "no dose":
                for dose in sessions.doses(ann.id)[:1]:
                    sessions.mark_in_error(dose, reason="test", by=cast.alice)
                baselines.renew(ann.id)
            elif act == "choose":
                baselines.choose(dice.choice(counting), reason="test", by=cast.alice)
            elif act == "go back":
                baselines.go_back(ann, "phq9", reason="test", by=cast.alice)
            elif act == "error":
                actions.mark_in_error(dice.choice(counting), reason="test", by=cast.alice)
            else:
                actions.record(
                    ann,
                    instrument=phq9,
                    answers={str(n): dice.choice([0, 1, 2, 3, None, 1, 1]) for n in range(1, 10)},
                    taken_at=start - dt.timedelta(days=dice.randrange(400 if act == "late" else 9)),
                    zone="America/New_York",
                    mode=Mode.PAPER,
                    by=cast.alice,
                    supersedes=dice.choice(counting) if act == "correct" else None,
                )
            db.session.commit()
            db.session.expire_all()

            assert stored() == recounted(), act


def test_the_caseload_gets_fifty_patients_in_two_statements(app, cast, counting):
    many(app, cast, "phq9", "gad7", count=30)
    with app.app_context(), acting_as_job("test data"), counting() as sent:
        found = recent([cast.ann, cast.ben, *(cast.cleo for _ in range(48))])

    assert len(sent) == 2
    assert set(found) == {cast.ann}
    assert set(found[cast.ann]) == {"phq9", "gad7"}
    assert "<svg" in found[cast.ann]["gad7"].spark


def test_a_list_never_shows_a_score_as_well_while_item_nine_is_open(alice, app, cast):
    enter(alice, cast.ann_ref, "phq9", {**answers(2, 9), "9": 1}, days_ago=20)
    enter(alice, cast.ann_ref, "phq9", answers(0, 9))
    with app.app_context(), acting_as_job("test data"):
        cell = recent([cast.ann])[cast.ann]["phq9"]

    assert cell.value == "0"
    assert (cell.kind, cell.change) == ("stop", "Not followed up")


def test_what_was_scored_since_a_visit_is_one_line_an_instrument(alice, app, cast):
    enter(alice, cast.ann_ref, "phq9", answers(2, 9), days_ago=20)
    enter(alice, cast.ann_ref, "phq9", answers(1, 9))
    with app.app_context(), acting_as_job("test data"):
        lines = [line.text for line in since(cast.ann, now() - dt.timedelta(days=10))]

    assert [line.rsplit(",", 1)[0] for line in lines] == ["PHQ-9 18 to 9, mild, Item 9: 1"]


def test_a_prorated_score_that_is_no_decimal_is_kept_exactly(app, cast, rows):
    with app.app_context(), acting_as_job("test data"):
        actions.record(
            db.session.get_one(Patient, cast.ann),
            instrument=catalogue()["phq9"],
            answers={str(n): 1 for n in range(1, 7)} | {"9": 2},
            taken_at=now(), zone="America/New_York", mode=Mode.PAPER, by=cast.alice,
        )  # fmt: skip
        db.session.commit()
        value = db.session.scalars(
            sa.select(ScoreValue.value).where(ScoreValue.score == "total")
        ).one()

    assert value is not None and exact_text(value) == "72/7"
    assert rows("SELECT thousandths FROM latest_score WHERE score = 'total'") == [(10285,)]
