"""Windows open and close by the clock of the world, and only a contact that took place uses one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.instants import NoInstant, elapsed, minutes_after
from dashboard.clinical.windows import (
    EVIDENCE,
    STANDING,
    Contact,
    ContactKind,
    Hours,
    Window,
    WindowState,
    used,
    windows_of,
)

NEW_YORK = ZoneInfo("America/New_York")
DOSE = datetime(2026, 11, 9, 14, 5, tzinfo=UTC)
AFTER = DOSE + timedelta(days=10)
SECOND = timedelta(seconds=1)
THERAPY = ContactKind.THERAPY


def contact(hours=0.0, *, kind=THERAPY, is_booked=False, at=None) -> Contact:
    """Make a contact so many hours after the dose."""
    return Contact(kind, at or DOSE + timedelta(hours=hours), is_booked, "Dr Lindqvist")


def uses(*contacts, now=AFTER, doses=(DOSE,), hours=None, **more):
    made = windows_of(doses, hours=hours or Hours())
    return used(made, contacts=contacts, now=now, **more)


def only(*contacts, **more):
    (use,) = uses(*contacts, **more).each
    return use


def test_the_default_window_is_24_to_72_hours_and_called_a_working_hypothesis():
    window = Hours().after(DOSE)

    assert (window.opens_at - DOSE, window.closes_at - DOSE) == (
        timedelta(hours=24), timedelta(hours=72),
    )  # fmt: skip
    assert Hours().words == "24 to 72 hours after the dose (working hypothesis)"
    assert Hours().is_default
    assert not Hours(24, 120).is_default
    assert STANDING is Standing.DESIGN


def test_the_evidence_says_first_that_no_trial_in_eating_disorders_tested_it():
    assert "No trial in eating disorders" in EVIDENCE[0].words
    assert [one.provenance.standing for one in EVIDENCE] == [
        Standing.VERIFIED, Standing.VERIFIED, Standing.MEMORY_HIGH,
    ]  # fmt: skip
    assert all(one.provenance.source for one in EVIDENCE)


@pytest.mark.parametrize(
    ("hours", "is_used"),
    [(23.999, False), (24, True), (48, True), (72, True), (72.001, False), (0, False)],
)
def test_both_ends_of_a_window_are_inside(hours, is_used):
    use = only(contact(hours))

    assert use.is_used is is_used
    assert use.state is (WindowState.USED if is_used else WindowState.MISSED)


@pytest.mark.parametrize(
    ("dose", "opens", "closes"),
    [
        # The night of 1 November 2026 has 25 hours: the clock shows an hour less.
        ("2026-10-31T14:00", "2026-11-01T13:00-05:00", "2026-11-03T13:00-05:00"),
        # The night of 14 March 2027 has 23 hours: the clock shows an hour more.
        ("2027-03-13T14:00", "2027-03-14T15:00-04:00", "2027-03-16T15:00-04:00"),
    ],
)
def test_a_window_over_a_clock_change_lasts_its_hours(dose, opens, closes):
    given_at = datetime.fromisoformat(dose).replace(tzinfo=NEW_YORK)

    window = Hours().after(given_at)

    assert window.opens_at == datetime.fromisoformat(opens)
    assert window.closes_at == datetime.fromisoformat(closes)
    assert elapsed(given_at, until=window.opens_at.astimezone(NEW_YORK)) == timedelta(hours=24)


def test_both_half_past_ones_of_the_autumn_night_are_told_apart():
    dose = datetime(2026, 10, 31, 1, 45, tzinfo=NEW_YORK)
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=0)
    second = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1)

    assert not only(contact(at=first), doses=[dose]).is_used
    assert only(contact(at=second), doses=[dose]).is_used
    assert minutes_after(first, at=second) == 60


def test_a_time_without_zone_is_no_instant():
    naive = datetime(2026, 11, 9, 14, 5)

    for use_it in (Hours().after, lambda at: contact(at=at), lambda at: uses(now=at)):
        with pytest.raises(NoInstant):
            use_it(naive)


def test_a_window_still_open_is_not_yet_missed():
    closes = Hours().after(DOSE).closes_at

    assert only(now=closes - SECOND).state is WindowState.OPEN
    assert only(now=closes).state is WindowState.OPEN
    assert only(now=closes + SECOND).state is WindowState.MISSED


def test_before_it_opens_a_window_is_not_counted():
    opens = Hours().after(DOSE).opens_at
    before, then = uses(now=opens - SECOND), uses(now=opens)

    assert (before.n_opened, before.words) == (0, "No window has opened yet")
    assert before.each[0].state is WindowState.AHEAD
    assert (then.n_opened, then.words) == (1, "0 of 1 windows used, 1 still open")


def test_without_a_dose_nothing_is_said_to_be_used():
    nothing = uses(doses=())

    assert (nothing.n_used, nothing.n_opened, nothing.each) == (0, 0, ())
    assert nothing.words == "No window has opened yet"


def test_a_booking_that_is_past_is_neither_used_nor_missed_until_somebody_says_so():
    booked = contact(30, is_booked=True)
    use = only(booked)

    assert (use.is_used, use.state, use.unconfirmed) == (False, WindowState.UNCONFIRMED, (booked,))
    assert THERAPY in use.missing
    assert uses(booked).words == "0 of 1 windows used, 1 not confirmed"


def test_a_contact_logged_ahead_of_its_time_has_not_taken_place():
    use = only(contact(60), now=DOSE + timedelta(hours=30))

    assert (use.is_used, use.state, len(use.booked)) == (False, WindowState.OPEN, 1)


def test_a_window_without_contact_or_booking_is_named_for_booking():
    at_25 = DOSE + timedelta(hours=25)

    assert only(now=DOSE).lacks_booking
    assert only(now=at_25).lacks_booking
    assert not only(contact(60, is_booked=True), now=at_25).lacks_booking
    assert not only(contact(24.5), now=at_25).lacks_booking
    assert not only(now=AFTER).lacks_booking


def test_the_kinds_of_contact_that_are_missing_are_named():
    use = only(contact(30), contact(31, kind=ContactKind.DIETITIAN))

    assert use.missing == (ContactKind.INTEGRATION, ContactKind.EXPOSURE_MEAL)
    assert only(contact(30), wanted=(THERAPY,)).missing == ()
    assert only(wanted=(THERAPY,)).missing == (THERAPY,)


def test_a_contact_in_two_windows_counts_for_both():
    doses = [DOSE, DOSE + timedelta(hours=48)]
    both = uses(contact(72), doses=doses)
    first = uses(contact(71.9), doses=doses)

    assert (both.n_used, both.has_overlap) == (2, True)
    assert [one.state for one in first.each] == [WindowState.USED, WindowState.MISSED]
    assert not uses(doses=[DOSE, DOSE + timedelta(hours=49)]).has_overlap


def test_windows_are_numbered_by_their_doses_and_the_missed_one_is_named():
    doses = [DOSE + timedelta(days=7 * n) for n in (2, 0, 1)]
    found = uses(contact(30), contact(30 + 24 * 14), doses=doses, now=AFTER + timedelta(days=14))

    assert found.words == "2 of 3 windows used"
    assert [one.number for one in found.of(WindowState.MISSED)] == [2]


@pytest.mark.parametrize("hours", [(-1, 72), (24, 24), (72, 24), (24, 337)])
def test_hours_that_make_no_window_are_refused(hours):
    with pytest.raises(ValueError, match="a window opens"):
        Hours(*hours)


def test_the_longest_and_the_earliest_window_are_taken():
    assert Hours(0, 336).closes == 336
    with pytest.raises(ValueError, match="opens after its dose"):
        Window(DOSE, DOSE - SECOND, DOSE + SECOND)


# Laws, over New York's autumn of 2026 and spring of 2027.
instants = st.datetimes(
    datetime(2026, 10, 25), datetime(2026, 11, 8), timezones=st.just(NEW_YORK)
) | st.datetimes(datetime(2027, 3, 8), datetime(2027, 3, 20), timezones=st.just(NEW_YORK))
contacts = st.builds(Contact, st.sampled_from(ContactKind), instants, st.booleans(), st.just("x"))
hours = st.tuples(st.integers(0, 335), st.integers(1, 336)).filter(lambda pair: pair[0] < pair[1])


@given(instants, hours)
def test_a_window_lasts_its_hours_whatever_the_clock_does(dose, pair):
    window = Hours(*pair).after(dose)

    assert elapsed(dose, until=window.opens_at) == timedelta(hours=pair[0])
    assert elapsed(window.opens_at, until=window.closes_at) == timedelta(hours=pair[1] - pair[0])


@given(st.lists(instants, max_size=5), st.lists(contacts, max_size=6), instants)
def test_the_count_is_the_count_of_held_contacts_by_hand(doses, known, now):
    found = used(windows_of(doses, hours=Hours()), contacts=known, now=now)

    by_hand = 0
    for dose in doses:
        since = [
            (one.at.timestamp() - dose.timestamp()) / 3600
            for one in known
            if not one.is_booked and one.at.timestamp() <= now.timestamp()
        ]
        by_hand += any(24 <= hour <= 72 for hour in since)
    assert found.n_used == by_hand <= found.n_opened <= len(doses)
    assert len(found.each) == len(doses)


@given(st.lists(instants, max_size=4), st.lists(contacts, max_size=5), instants, contacts)
def test_one_more_contact_never_turns_a_used_window_into_a_missed_one(doses, known, now, more):
    made = windows_of(doses, hours=Hours())
    before = used(made, contacts=known, now=now).each
    after = used(made, contacts=[*known, more], now=now).each

    for one, other in zip(before, after, strict=True):
        assert other.is_used or not one.is_used
        assert set(other.missing) <= set(one.missing)
        assert other.state is not WindowState.MISSED or one.state is WindowState.MISSED
