"""Time on a chart: true distances, whole local days, honest dates."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.charts.span import Span, clinical_date
from tests.charts.builders import TODAY, ZONE

NEW_YORK = ZoneInfo(ZONE)


def test_a_date_is_written_the_same_in_every_locale():
    assert clinical_date(date(2026, 11, 3)) == "03-Nov-2026"


def test_a_span_opens_and_closes_at_local_midnight():
    span = Span(date(2026, 7, 1), date(2026, 7, 2), TODAY, ZONE)

    assert span.opens_at == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert span.closes_at == datetime(2026, 7, 3, 4, tzinfo=UTC)


def test_the_night_the_clocks_go_back_is_an_hour_longer():
    span = Span(date(2026, 11, 1), date(2026, 11, 1), TODAY, ZONE)

    assert span.closes_at - span.opens_at == timedelta(hours=25)


def test_half_past_one_happens_twice_and_is_drawn_twice():
    span = Span(date(2026, 11, 1), date(2026, 11, 1), TODAY, ZONE)
    first, second = (
        datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=fold).astimezone(UTC) for fold in (0, 1)
    )

    assert span.position(second) - span.position(first) == pytest.approx(1 / 25)


def test_an_evening_score_belongs_to_the_local_day():
    span = Span(date(2026, 7, 1), date(2026, 7, 9), TODAY, ZONE)

    assert span.day(datetime(2026, 7, 3, 2, tzinfo=UTC)) == date(2026, 7, 2)


def test_a_span_around_nothing_shows_the_last_four_weeks():
    span = Span.around([], today=TODAY, zone=ZONE)

    assert span.start <= TODAY - timedelta(days=28)
    assert span.holds(datetime(2026, 11, 17, 23, tzinfo=NEW_YORK))


def test_a_span_holds_everything_it_was_made_around():
    ends = datetime(2020, 2, 29, 3, tzinfo=UTC), datetime(2027, 1, 1, 4, tzinfo=UTC)
    span = Span.around(ends, today=TODAY, zone=ZONE)

    assert all(span.holds(at) for at in ends)


def test_what_was_done_today_lies_before_todays_line():
    span = Span.around([], today=TODAY, zone=ZONE)

    assert span.today_at == datetime(2026, 11, 18, 5, tzinfo=UTC)


def test_today_is_not_claimed_where_it_is_out_of_view():
    assert Span(date(2020, 1, 1), date(2020, 2, 1), TODAY, ZONE).today_at is None


@pytest.mark.parametrize("days", [0, 1, 6, 30, 75, 200, 400, 800, 4000, 36_000])
@pytest.mark.parametrize("most", [4, 5, 10])
def test_ticks_are_few_in_order_and_in_view(days, most):
    span = Span(TODAY - timedelta(days=days), TODAY, TODAY, ZONE)
    ticks = span.ticks(most)

    assert len(ticks) <= most
    assert [tick.at for tick in ticks] == sorted({tick.at for tick in ticks})
    assert all(span.holds(tick.at) for tick in ticks)


def test_ticks_stay_on_mondays_through_a_change_of_clocks():
    ticks = Span(date(2026, 10, 20), date(2026, 11, 20), TODAY, ZONE).ticks(6)

    assert [tick.label for tick in ticks] == ["26 Oct", "2 Nov", "9 Nov", "16 Nov"]
    assert {tick.at.astimezone(NEW_YORK).hour for tick in ticks} == {0}


def test_the_year_is_said_first_and_where_it_changes():
    ticks = Span(date(2025, 10, 20), date(2026, 4, 20), TODAY, ZONE).ticks(8)

    assert [tick.label for tick in ticks] == ["Nov", "Dec", "Jan", "Feb", "Mar", "Apr"]
    assert [tick.year for tick in ticks] == ["2025", "", "2026", "", "", ""]


def test_a_span_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="before it starts"):
        Span(TODAY, TODAY - timedelta(days=1), TODAY, ZONE)
