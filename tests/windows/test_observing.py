"""Change beside windows used: grouped by what is decided, small groups told as a number only."""

import datetime as dt

from dashboard.clinical.windows import Contact, ContactKind, Hours
from dashboard.windows.observing import Group, Share, grouped, share_of
from dashboard.windows.using import of_doses

NOW = dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def share(*days_ago, contacts=(), booked=()):
    known = [Contact(ContactKind.THERAPY, NOW - ago * DAY, False, "T") for ago in contacts]
    known += [Contact(ContactKind.THERAPY, NOW - ago * DAY, True, "T") for ago in booked]
    given = [NOW - ago * DAY for ago in days_ago]
    return share_of(of_doses(given, known, hours=Hours(), at=NOW))


def test_a_share_is_said_of_windows_that_are_over_and_known():
    assert share() is None, "no dose"
    assert share(1.5) is None, "still open"
    assert share(20, 10) is Share.NONE
    assert share(20, 10, contacts=[18]) is Share.SOME
    assert share(20, 10, contacts=[18, 8]) is Share.ALL
    assert share(20, 1.5, contacts=[18]) is Share.ALL, "the open one is not missed"
    assert share(20, 10, contacts=[18], booked=[8]) is None, "nobody said whether it took place"


def test_a_group_under_five_is_told_as_its_number_only():
    four, five = [(Share.SOME, 1)] * 4, [(Share.ALL, change) for change in (1, 1, 0, -1, None)]

    assert grouped([*four, *five]) == (
        Group(Share.NONE, 0, None, None, None, None),
        Group(Share.SOME, 4, None, None, None, None),
        Group(Share.ALL, 5, 2, 1, 1, 1),
    )
