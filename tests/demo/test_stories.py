"""The demo's stories: who is in them, and what is never in them. No database is needed."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical import diagnoses
from dashboard.clinical.change import Change, Reading, Status, judge
from dashboard.clinical.instruments import catalogue, score
from dashboard.clinical.scoring import Result, SafetyStatus
from dashboard.demo import answers
from dashboard.demo.stories import Answered, Given, Met, Story, stories
from dashboard.scores.shelf import FIRST

ZONE = ZoneInfo("America/New_York")
TODAY = dt.date(2026, 11, 23)
TOLD = stories(TODAY, zone=ZONE)


def answered(story: Story, instrument: str | None = None) -> list[Answered]:
    found = [event for event in story.events if isinstance(event, Answered)]
    return [event for event in found if instrument in (None, event.instrument)]


def met(story: Story) -> list[Met]:
    return [event for event in story.events if isinstance(event, Met)]


def results(story: Story, instrument: str) -> list[tuple[dt.date, Result]]:
    """Return what was scored and counts."""
    return [
        (event.at.date(), score(catalogue()[instrument], event.answers))
        for event in answered(story, instrument)
        if not event.error
    ]


def baseline(story: Story, scored: list[tuple[dt.date, Result]]) -> Reading | None:
    """Return the last score of the 14 days before the first dose."""
    doses = [event.at.date() for event in story.events if isinstance(event, Given)]
    before = [
        Reading.of(result.primary, taken_on=day)
        for day, result in scored
        if doses
        and day < doses[0] <= day + dt.timedelta(days=14)
        and result.primary.value is not None
    ]
    return before[-1] if before else None


def change(story: Story, instrument: str) -> Change:
    scored = results(story, instrument)
    readings = [Reading.of(result.primary, taken_on=day) for day, result in scored]
    return judge(
        catalogue()[instrument],
        baseline=baseline(story, scored),
        latest=readings[-1] if readings else None,
        history=readings,
    )


def named(family: str) -> Story:
    return next(story for story in TOLD if story.person.family == family)


def test_the_practice_is_as_large_as_one_physician_can_sweep():
    by = Counter(key for story in TOLD for key in story.person.physicians)

    assert len(TOLD) >= 26
    assert min(by.values()) >= len(TOLD) // 3
    assert any(len(story.person.physicians) == 2 for story in TOLD)


@pytest.mark.parametrize(
    "code", ["F50.01", "F50.02", "F50.2", "F50.81", "F50.82", "F50.89", "F50.9"]
)
def test_every_eating_disorder_is_there(code):
    assert any(story.person.codes.startswith(code) for story in TOLD)


@pytest.mark.parametrize("story", TOLD, ids=lambda s: s.person.mrn)
def test_every_diagnosis_can_be_billed(story):
    assert all(diagnoses.is_billable(code) for code in story.person.codes.split(", "))


@pytest.mark.parametrize("status", list(Status))
def test_every_kind_of_change_is_to_be_seen(status):
    assert any(change(story, name).status is status for story in TOLD for name in FIRST)


def test_a_few_people_have_no_dose_yet_and_the_others_a_baseline():
    without = [s for s in TOLD if not any(isinstance(event, Given) for event in s.events)]

    assert 2 <= len(without) <= 5
    for story in TOLD:
        reasons = {change(story, name).reason for name in FIRST if answered(story, name)}
        assert ("there is no baseline" in reasons) == (story in without and bool(reasons))


def test_somebody_is_losing_what_was_gained():
    assert change(named("Park"), "edeqs").losing_gains


def test_somebody_eats_better_while_their_mood_falls():
    story = named("Mbeki-Ross")

    assert change(story, "edeqs").status is Status.RECOVERED
    assert change(story, "phq9").status is Status.WORSE
    assert "mood" in met(story)[-1].note.assessment


def test_the_eating_questionnaire_is_not_given_to_people_with_arfid():
    avoidant = [story for story in TOLD if "F50.82" in story.person.codes]

    assert len(avoidant) >= 3
    assert all(answered(story) and not answered(story, "edeqs") for story in avoidant)


def test_somebody_answers_weekly_for_two_years():
    assert any(all(len(answered(story, name)) >= 100 for name in FIRST) for story in TOLD)


def test_somebody_has_no_scores_yet_and_somebody_only_a_few():
    counts = [len(answered(story)) for story in TOLD]

    assert 0 in counts
    assert any(0 < count <= 12 for count in counts)


def test_two_people_of_one_name_are_told_apart_by_their_birth_dates():
    names = Counter((story.person.family, story.person.given) for story in TOLD)
    twins = [s.person for s in TOLD if names[s.person.family, s.person.given] == 2]

    assert len(twins) == 2
    assert twins[0].born != twins[1].born


def test_item_9_is_answered_unanswered_acknowledged_and_not():
    def safety(event: Answered) -> list[SafetyStatus]:
        return [outcome.status for outcome in score(catalogue()["phq9"], event.answers).safety]

    asked = [event for story in TOLD for event in answered(story, "phq9")]
    triggered = [event for event in asked if SafetyStatus.TRIGGERED in safety(event)]

    assert any(SafetyStatus.UNANSWERED in safety(event) for event in asked)
    assert any(event.acknowledged for event in triggered)
    open_ones = [event for event in triggered if not event.acknowledged]
    assert len(open_ones) == 1
    assert TODAY - open_ones[0].at.date() <= dt.timedelta(days=7)


def test_some_scores_are_prorated_some_incomplete_some_corrected_some_wrong():
    asked = [event for story in TOLD for event in answered(story)]
    scored = [score(catalogue()[event.instrument], event.answers).primary for event in asked]

    assert any(one.prorated for one in scored)
    assert any(one.value is None for one in scored)
    assert any(event.typed_first for event in asked)
    assert any(event.error for event in asked)


def test_most_notes_are_signed_within_two_hours_and_a_few_recent_ones_are_open():
    notes = [visit for story in TOLD for visit in met(story)]
    still_open = [visit for visit in notes if visit.signed_at is None]

    assert {visit.kind for visit in notes} == {
        "intake", "follow-up", "integration", "phone", "urgent",
    }  # fmt: skip
    assert 2 <= len(still_open) <= 5
    assert all(TODAY - visit.at.date() <= dt.timedelta(days=9) for visit in still_open)
    assert all(
        dt.timedelta() < visit.signed_at - visit.at < dt.timedelta(hours=2)
        for visit in notes
        if visit.signed_at
    )
    assert any(visit.addendum for visit in notes)
    assert any(visit.error for visit in notes)


@settings(max_examples=25, deadline=None)
@given(st.dates(dt.date(2024, 1, 1), dt.date(2034, 12, 31)))
def test_whatever_the_day_nothing_lies_ahead_or_before_intake(today):
    for story in stories(today, zone=ZONE, limit=12):
        times = [event.at for event in story.events]
        assert times == sorted(times)
        assert story.registered_at.date() <= today
        assert all(story.registered_at < at and at.date() < today for at in times)
        assert all(at.weekday() < 5 and 9 <= at.hour < 16 for at in times)
        assert [visit.kind for visit in met(story)].count("intake") == bool(times)
        assert not times or met(story)[0].at == times[0]


def test_the_same_day_tells_the_same_stories():
    assert stories(TODAY, zone=ZONE) == TOLD
    assert stories(TODAY, zone=ZONE, limit=4) == TOLD[:4]


@settings(deadline=None)
@given(
    total=st.integers(0, 27),
    picture=st.sampled_from(sorted(answers.EDEQS)),
    rng=st.randoms(use_true_random=False),
)
def test_answers_come_to_the_wanted_total_and_binges_only_follow_loss_of_control(
    total, picture, rng
):
    given_answers = answers.edeqs(total, picture=picture, rng=rng)

    assert score(catalogue()["edeqs"], given_answers).primary.value == total
    assert (given_answers["10"] or 0) <= (given_answers["9"] or 0)
    assert (given_answers["10"] is None) == (given_answers["9"] == 0)


@settings(deadline=None)
@given(rest=st.integers(0, 24), item9=st.integers(0, 3), rng=st.randoms(use_true_random=False))
def test_item_9_is_answered_as_told_and_never_by_chance(rest, item9, rng):
    given_answers = answers.phq9(rest + item9, item9=item9, rng=rng)

    assert given_answers["9"] == item9
    assert score(catalogue()["phq9"], given_answers).primary.value == rest + item9


def test_a_total_nobody_of_this_picture_can_have_is_refused():
    with pytest.raises(answers.Unreachable, match="28 cannot be reached"):
        answers.edeqs(28, picture="restricting", rng=random.Random(1))  # noqa: S311 - nothing secret
