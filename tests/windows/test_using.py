"""Windows used: n of m equals a count from the database, over the night the clocks go back too."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clinical.windows import ContactKind, WindowState
from dashboard.db import db
from dashboard.visits.models import Visit, VisitKind
from dashboard.windows import using
from dashboard.windows.models import AppointmentState
from tests.cast import sign_in
from tests.windows.appointments import ET, appointment, dose, write

HELD, BOOKED, MISSED, CANCELLED = (
    AppointmentState.HELD, AppointmentState.BOOKED, AppointmentState.MISSED,
    AppointmentState.CANCELLED,
)  # fmt: skip
FIRST = dt.datetime(2026, 10, 1, 14, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)
CLOCKS_GO_BACK = dt.datetime(2026, 10, 31, 14, tzinfo=dt.UTC)  # the night after is 25 hours long
HOUR = dt.timedelta(hours=1)


def visit(patient_id, began_at, *, by, kind=VisitKind.INTEGRATION, error=False):
    return Visit(
        patient_id=patient_id, kind=kind, began_at=began_at, zone_name=ET, typed_time="10:00",
        author_id=by, responsible_id=by, changed_by_id=by,
        entered_in_error_at=NOW if error else None, entered_in_error_by_id=by if error else None,
        entered_in_error_reason="another patient's" if error else "",
    )  # fmt: skip


@pytest.fixture
def at_the_end(cast):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alice(app, cast, at_the_end):
    return sign_in(app, cast.alice)


@pytest.fixture
def course(app, cast, at_the_end):
    """Write nine doses of Ann with one contact each, of every kind and state, and one in error."""
    ann, by = cast.ann, cast.alice
    given = [FIRST + dt.timedelta(days=days) for days in (0, 7, 14, 21)]
    given += [CLOCKS_GO_BACK, CLOCKS_GO_BACK + dt.timedelta(days=7)]
    given += [NOW - dt.timedelta(days=8), NOW - 30 * HOUR, NOW - 2 * HOUR]
    wrong = dose(ann, FIRST + dt.timedelta(days=3), by=by)
    wrong.entered_in_error_at, wrong.entered_in_error_by_id = NOW, by
    wrong.entered_in_error_reason = "Another patient's"
    late = appointment(ann, given[2] + 30 * HOUR, by=by, state=HELD)
    late.entered_in_error_at, late.entered_in_error_by_id = NOW, by
    late.entered_in_error_reason = "Another patient's"
    write(app, [
        *(dose(ann, at, by=by) for at in given), wrong, late,
        appointment(ann, given[0] + 24 * HOUR, by=by, state=HELD),
        visit(ann, given[1] + 72 * HOUR, by=by),
        visit(ann, given[2] + 40 * HOUR, by=by, kind=VisitKind.FOLLOW_UP),
        visit(ann, given[2] + 41 * HOUR, by=by, error=True),
        appointment(ann, given[3] + 30 * HOUR, by=by, state=MISSED),
        appointment(ann, given[3] + 50 * HOUR, by=by, state=CANCELLED),
        # 24 hours by the clock on the wall would be 23 here, and outside: the window is instants
        appointment(ann, given[4] + 24 * HOUR, by=by, state=HELD, kind=ContactKind.DIETITIAN),
        appointment(ann, given[5] + 23 * HOUR, by=by, state=HELD),
        appointment(ann, given[6] + 30 * HOUR, by=by),
        appointment(ann, given[7] + 48 * HOUR, by=by),
    ])  # fmt: skip
    return given


def by_database(rows):
    """Count used windows in the database's own words, without the program's."""
    doses = rows("SELECT given_at FROM dose WHERE entered_in_error_at IS NULL")
    held = rows(
        "SELECT starts_at FROM appointment WHERE state = 'held' AND entered_in_error_at IS NULL"
        " UNION ALL SELECT began_at FROM visit"
        " WHERE kind = 'integration' AND entered_in_error_at IS NULL"
    )
    starts, contacts = ([instant(row[0]) for row in found] for found in (doses, held))
    n = sum(any(24 * HOUR <= at - start <= 72 * HOUR for at in contacts) for start in starts)
    return n, sum(start + 24 * HOUR <= NOW for start in starts)


def instant(value):
    found = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def test_windows_used_equals_a_count_made_from_the_database(app, cast, course, rows):
    with app.app_context(), acting_as_job("test"):
        found = using.uses(cast.ann)

    assert (found.n_used, found.n_opened) == by_database(rows) == (3, 8)
    assert [one.state for one in found.each] == [
        WindowState.USED, WindowState.USED, WindowState.MISSED, WindowState.MISSED,
        WindowState.USED, WindowState.MISSED, WindowState.UNCONFIRMED, WindowState.OPEN,
        WindowState.AHEAD,
    ]  # fmt: skip
    assert found.words == "3 of 8 windows used, 1 still open, 1 not confirmed"
    closing = found.each[4].window.closes_at - CLOCKS_GO_BACK
    assert closing == 72 * HOUR, "hours that passed, not hours on a clock"


def test_all_patients_at_once_say_what_each_alone_says(app, cast, course):
    with app.app_context(), acting_as_job("test"):
        whose = sa.select(using.treated_by(cast.alice).subquery())
        together = using.contacts_of(whose)
        doses = using.doses_of(whose)

        assert tuple(together[cast.ann]) == using.contacts(cast.ann)
        assert list(doses) == [cast.ann] and len(doses[cast.ann]) == 9
        db.session.remove()


def test_the_page_says_the_count_the_reason_and_what_is_missing(alice, cast, course):
    page = alice.get(f"/patients/{cast.ann_ref}/windows").text
    assert "3 of 8 windows used, 1 still open, 1 not confirmed" in page
    assert "working hypothesis" in page and "No trial in eating disorders" in page
    assert "Therapy, Dr Lindqvist" in page and "Integration visit, Alice Adler" in page
    assert "dietitian, integration visit, exposure meal" in page, "what a window lacks"
    assert page.index("20-Nov-2026 09:00 ET</span>") < page.index("01-Oct-2026 10:00 ET"), (
        "newest first"
    )
    assert "weight" not in page.lower()


def test_overlapping_windows_are_said_to_count_one_contact_twice(app, alice, cast, at_the_end):
    given = NOW - dt.timedelta(days=10)
    write(app, [
        dose(cast.ann, given, by=cast.alice), dose(cast.ann, given + 24 * HOUR, by=cast.alice),
        appointment(cast.ann, given + 60 * HOUR, by=cast.alice, state=HELD),
    ])  # fmt: skip
    page = alice.get(f"/patients/{cast.ann_ref}/windows").text
    assert "2 of 2 windows used" in page
    assert "A contact inside two windows counts for both." in page


def test_a_long_course_costs_as_many_statements_as_one_dose(app, alice, cast, counting):
    path, counted = f"/patients/{cast.ann_ref}/windows", []
    for days in ([9], range(20, 500, 12)):
        given = [NOW - dt.timedelta(days=one) for one in days]
        write(app, [
            *(dose(cast.ann, at, by=cast.alice) for at in given),
            *(appointment(cast.ann, at + n * HOUR, by=cast.alice, state=HELD)
              for at in given for n in (30, 50)),
        ])  # fmt: skip
        with counting() as statements:
            page = alice.get(path).text
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 8 + 5, counted
    assert "41 of 41 windows used" in page and "newest first, the last 60" in page
