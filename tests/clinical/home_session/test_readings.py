"""Readings and release: edges on both sides, clock changes, and nothing missing that is fine."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.clearance import Rejected, Verdict
from dashboard.clinical.clearance.findings import Pressure
from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.home_session import (
    by_time,
    fits,
    judge_reading,
    judge_release,
    next_due,
    session_rules,
    sign,
    typed_reading,
)
from dashboard.clinical.home_session.session_file import read_rules
from dashboard.clinical.instants import NoInstant
from dashboard.clinical.misfit import Misfit

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 11, 20, 19, 5, tzinfo=UTC)
RULES = session_rules()
BEFORE, NOW = Pressure(Fraction(112), Fraction(70)), Pressure(Fraction(118), Fraction(74))
ALL_YES = {one.id: True for one in RULES.release.criteria}


def mmhg(upper, lower) -> Pressure:
    return Pressure(Fraction(upper), Fraction(lower))


def typed(text="118/74 64 98", **more):
    return typed_reading(text, at=START + timedelta(minutes=40), zone=NEW_YORK, **more)


def verdict(text="118/74 64 98", *, baseline=BEFORE, minute=40, breaths="", **more):
    return judge_reading(typed(text, breaths=breaths), baseline=baseline, minute=minute, **more)


def called(found) -> list[str]:
    return [one.response.id + "?" * (not one.is_certain) for one in found.called]


def test_the_schedule_says_which_of_its_minutes_are_published_and_which_are_policy():
    assert [(slot.minute, slot.provenance.standing) for slot in RULES.schedule] == [
        (0, Standing.VERIFIED), (20, Standing.DESIGN), (40, Standing.VERIFIED),
        (60, Standing.DESIGN), (120, Standing.VERIFIED),
    ]  # fmt: skip


def test_one_field_holds_pressure_rate_and_saturation():
    one = typed()

    assert (one.pressure, one.rate, one.saturation) == (mmhg(118, 74), 64, 98)
    assert typed("118/74 - 98").rate is None
    assert typed("118/74").saturation is None
    assert typed(breaths="14").breaths == 14


@pytest.mark.parametrize(
    ("text", "breaths"),
    [
        ("118/74 64 980", ""), ("118/74 64 101", ""), ("118/74 64 49", ""), ("261/74 64 98", ""),
        ("118/161 64 98", ""), ("118/74 251 98", ""), ("118/74 19 98", ""), ("118 74 64", ""),
        ("118/74 64 98 12", ""), ("", ""), ("118/74 64 98", "3"), ("118/74 64 98", "81"),
        ("118/74 64 98", "slow"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(text, breaths):
    with pytest.raises(Rejected):
        typed(text, breaths=breaths)


def test_an_unusual_value_is_questioned_until_it_is_confirmed_and_is_never_fine():
    odd = typed("118/74 64 79")

    assert len(odd.questions) == 1
    assert not judge_reading(odd, baseline=mmhg(112, 70), minute=40).is_fine
    assert typed("118/74 64 79", is_confirmed=True).questions == ()


def test_a_complete_ordinary_reading_is_fine():
    found = verdict()

    assert (found.is_fine, found.called, found.told, found.missing) == (True, (), (), ())


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("- 64 98", ("blood pressure",)), ("118/74 - 98", ("heart rate",)),
        ("118/74 64", ("oxygen saturation",)),
        ("- - -", ("blood pressure", "heart rate", "oxygen saturation")),
    ],
)  # fmt: skip
def test_a_missing_value_is_named_and_never_fine(text, missing):
    found = verdict(text)

    assert (found.missing, found.is_fine) == (missing, False)


def test_without_an_oximeter_the_saturation_is_not_missed():
    assert verdict("118/74 64", has_oximeter=False).is_fine


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("179/109 64 98", {}, []),
        ("180/80 64 98", {"has_symptoms": False}, ["live_call"]),
        ("150/110 64 98", {}, ["live_call"]),
        ("180/80 64 98", {}, ["emergency?", "live_call"]),
        ("180/80 64 98", {"has_symptoms": True}, ["emergency", "live_call"]),
        ("118/74 64 90", {}, []),
        ("118/74 64 89", {}, ["emergency"]),
        ("118/74 64 98", {"breaths": "8"}, []),
        ("118/74 64 98", {"breaths": "7"}, ["emergency"]),
        ("118/74 64 98", {"signs": [sign("seizure")]}, ["emergency"]),
        ("- - -", {"signs": [sign("faint")]}, ["same_day_call"]),
    ],
)
def test_a_reading_calls_for_what_the_table_says(text, more, expected):
    assert called(verdict(text, **more)) == expected


@pytest.mark.parametrize("minute", [0, 20, 40, 60, 120, 300])
def test_a_very_high_pressure_is_called_about_at_every_minute_and_repeated(minute):
    found = verdict("181/80 64 98", minute=minute, has_symptoms=False)

    assert called(found) == ["live_call"]
    assert found.is_repeated
    assert not verdict(minute=minute).is_repeated


def test_a_reading_before_the_dose_is_not_of_the_session():
    with pytest.raises(ValueError, match="pre-flight"):
        verdict(minute=-1)


@pytest.mark.parametrize(
    ("text", "n_told"),
    [("151/94 64 98", 0), ("152/94 64 98", 1), ("151/95 64 98", 1), ("118/74 64 93", 1),
     ("118/74 64 94", 0)],
)  # fmt: skip
def test_a_large_rise_and_a_saturation_below_the_start_limit_are_told(text, n_told):
    found = verdict(text)

    assert (len(found.told), found.is_fine) == (n_told, not n_told)


def test_without_the_pressure_before_the_dose_no_rise_is_denied():
    found = verdict(baseline=None)

    assert ["not known" in words for words in found.told] == [True]
    assert not found.is_fine


# Release


def release(*, pressure=NOW, baseline=BEFORE, minute=120, **answers):
    return judge_release(
        {**ALL_YES, **answers}, pressure=pressure, baseline=baseline, minute=minute
    )


def test_when_every_criterion_holds_the_sitter_may_leave_and_is_told_the_rest():
    found = release()

    assert (found.may_leave, found.open) == (True, ())
    driving, alone = found.told
    assert "next day after restful sleep" in driving.words
    assert driving.provenance.standing is Standing.VERIFIED
    assert (alone.words, alone.provenance.standing) == (
        "Not alone for 4 hours after release.", Standing.DESIGN,
    )  # fmt: skip


@pytest.mark.parametrize("name", ALL_YES)
def test_each_criterion_alone_keeps_the_sitter_there(name):
    no, open_ = release(**{name: False}), release(**{name: None})

    assert (no.verdict, [one.id for one in no.open]) == (Verdict.STOP, [name])
    assert (open_.verdict, [one.id for one in open_.open]) == (Verdict.UNKNOWN, [name])
    left_out = {key: value for key, value in ALL_YES.items() if key != name}
    found = judge_release(left_out, pressure=mmhg(118, 74), baseline=None, minute=120)
    assert found.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("minute", "may"), [(119, False), (120, True), (0, False)])
def test_nobody_leaves_before_two_hours(minute, may):
    assert release(minute=minute).may_leave is may


@pytest.mark.parametrize(
    ("pressure", "baseline", "verdict"),
    [
        ((139, 89), None, Verdict.CLEAR), ((140, 89), None, Verdict.UNKNOWN),
        ((139, 90), None, Verdict.UNKNOWN), (None, (112, 70), Verdict.UNKNOWN),
        ((155, 95), (135, 75), Verdict.CLEAR), ((156, 95), (135, 75), Verdict.STOP),
        ((155, 96), (135, 75), Verdict.STOP), ((139, 89), (90, 60), Verdict.CLEAR),
        ((140, 80), (119, 75), Verdict.STOP), ((140, 80), (120, 75), Verdict.CLEAR),
    ],
)  # fmt: skip
def test_the_pressure_is_near_the_baseline_or_below_140_over_90(pressure, baseline, verdict):
    found = release(pressure=pressure and mmhg(*pressure), baseline=baseline and mmhg(*baseline))

    assert found.verdict is verdict


def test_a_criterion_that_does_not_exist_is_refused():
    with pytest.raises(LookupError, match="hungry"):
        release(hungry=True)


# What is due next


def due(minutes_now, *taken, start=START, **more):
    return next_due(start, taken=taken, now=start + timedelta(minutes=minutes_now), **more)


@pytest.mark.parametrize(
    ("now", "taken", "minute", "missed", "is_due"),
    [
        (-5, (), 0, (), False), (0, (), 0, (), True), (0, (0,), 20, (), False),
        (19, (0,), 20, (), False), (20, (0,), 20, (), True), (39, (0,), 20, (), True),
        (40, (0,), 40, (20,), True), (40, (0, 20, 40), 60, (), False),
        (125, (0,), 120, (20, 40, 60), True), (500, (0, 20, 40, 60), 120, (), True),
        (500, (0, 20, 40, 60, 120), None, (), False), (500, (120,), None, (0, 20, 40, 60), False),
    ],
)  # fmt: skip
def test_the_next_reading_is_the_one_whose_time_has_come(now, taken, minute, missed, is_due):
    found = due(now, *taken)

    assert (found.minute, found.missed, found.is_due) == (minute, missed, is_due)


def test_a_very_high_pressure_is_measured_again_after_ten_minutes_if_nothing_is_due_before():
    high_at = START + timedelta(minutes=40)
    again = due(42, 0, 20, 40, high_at=high_at)

    assert (again.minute, again.due_at) == (None, high_at + timedelta(minutes=10))
    assert again.wait == timedelta(minutes=8)
    assert due(56, 0, 20, 40, high_at=START + timedelta(minutes=55)).minute == 60
    after_all = due(130, 0, 20, 40, 60, 120, high_at=START + timedelta(minutes=120))
    assert (after_all.minute, after_all.is_due) == (None, True)


@pytest.mark.parametrize(
    ("start", "clock"),
    [("2026-11-01T01:30", "2026-11-01 01:10"), ("2027-03-14T01:30", "2027-03-14 03:10")],
)
def test_40_minutes_are_40_minutes_when_the_clock_changes_in_a_session(start, clock):
    began = datetime.fromisoformat(start).replace(tzinfo=NEW_YORK)
    found = next_due(began, taken=(0, 20), now=began)

    assert found.due_at is not None
    assert found.wait == timedelta(minutes=40)
    assert f"{found.due_at.astimezone(NEW_YORK):%Y-%m-%d %H:%M}" == clock


def test_a_start_without_time_zone_is_refused():
    with pytest.raises(NoInstant):
        next_due(datetime(2026, 11, 1, 1, 30), taken=(), now=START)


@given(st.sets(st.sampled_from(RULES.minutes)), st.integers(-30, 400))
def test_every_reading_is_taken_missed_due_or_to_come(taken, now):
    found = due(now, *taken)
    later = [m for m in RULES.minutes if found.minute is not None and m > found.minute]

    known = {*taken, *found.missed, *later} | ({found.minute} - {None})
    assert known == set(RULES.minutes)
    assert not taken & set(found.missed)
    assert found.minute not in taken
    assert found.wait is None or found.wait == found.due_at - found.now


pressures = st.builds(mmhg, st.integers(50, 260), st.integers(20, 160))


@given(pressures, st.none() | pressures, st.integers(0, 300))
def test_a_higher_pressure_never_lets_a_sitter_leave_sooner(pressure, baseline, minute):
    higher = mmhg(pressure.systolic + 5, pressure.diastolic + 5)

    now = release(pressure=pressure, baseline=baseline, minute=minute)
    then = release(pressure=higher, baseline=baseline, minute=minute)

    assert now.may_leave or not then.may_leave


TEXT = files("dashboard.clinical").joinpath("data", "sessions", "session-1.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('schema = "session/1"', 'schema = "session/2"', "reads schema"),
        ('"sitter_present", "sitter_adult', '"sitter", "sitter_adult', "no question"),
        ('id = "water"', 'id = "bathroom"', "once"),
        ("number = 15", "number = 16", "numbered"),
        ("minute = 60", "minute = 30", "begin with 0 and rise"),
        ("good = true", "", "yes or no"),
        ('asked = "oximeter"', 'asked = "thermometer"', "no known flag"),
        ('otherwise = "UNKNOWN"', 'otherwise = "CLEAR"', "not one of"),
        ("observe_minutes = 120", "", "missing"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_in_words(old, new, said):
    changed = TEXT.replace(old, new, 1)
    assert changed != TEXT

    with pytest.raises(Misfit, match=said):
        read_rules(changed)


def test_a_version_that_was_never_shipped_is_not_found():
    with pytest.raises(LookupError, match="no session rules 99"):
        session_rules("99")


@pytest.mark.parametrize(
    ("taken", "may_be"),
    [
        (0, {0}), (8, {0}), (10, {0, 20}), (13, {0, 20}), (19, {0, 20}), (20, {20}), (29, {20}),
        (30, {20, 40}), (33, {20, 40}), (40, {40}), (60, {60}), (89, {60}), (95, {60, 120}),
        (120, {120}), (300, {120}),
    ],
)  # fmt: skip
def test_a_reading_is_of_the_nearest_minute_or_of_the_last_one_that_was_due(taken, may_be):
    at = START + timedelta(minutes=taken)
    assert {one for one in RULES.minutes if fits(one, started_at=START, at=at)} == may_be


@pytest.mark.parametrize(
    ("taken", "without", "minute"),
    [
        (13, {20, 40}, 20), (13, {40, 60}, None), (38, {20, 40, 60}, 40), (33, {20, 60}, 20),
        (30, {20, 40}, 20), (60, {120}, None), (5, {20}, None), (130, {120}, 120),
    ],
)  # fmt: skip
def test_by_its_time_a_reading_is_the_nearest_that_is_missing(taken, without, minute):
    assert by_time(without, started_at=START, at=START + timedelta(minutes=taken)) == minute
