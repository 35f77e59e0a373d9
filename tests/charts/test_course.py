"""The course of treatment: what was given, who was seen and what ran, at its true time."""

import gzip
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given as always
from hypothesis import settings
from hypothesis import strategies as st

from dashboard.charts.course import contact_dot
from dashboard.charts.ink import Ink
from dashboard.charts.lanes import Trend
from dashboard.charts.marks import (
    Backdrop,
    ContactKind,
    ContactMark,
    ContactState,
    DoseMark,
    EventMark,
    Interval,
    Shade,
)
from dashboard.charts.rows import RowKind
from dashboard.charts.span import Span, clinical_date
from dashboard.charts.svg import SCREEN, Width, render
from dashboard.charts.trend import Point, Reference, StripKind, exact
from dashboard.charts.value_strip import count_strip, value_strip
from tests.charts.builders import (
    GUTTER,
    SVG,
    TODAY,
    ZONE,
    day,
    dots,
    drawn,
    phq9,
    weekly,
    words,
)
from tests.charts.course import HOUR, anns_course, boxes, given, window, x_of

WIDTHS = pytest.mark.parametrize("width", list(Width))
NEAR = 0.11  # px


@WIDTHS
def test_every_lane_is_shaded_from_the_first_hour_of_each_window_to_its_last(width):
    chart = anns_course()
    for lane in chart.lanes:
        found = boxes(drawn(lane, width), "f-win s-winline")

        assert len(found) == len(chart.windows), lane.key
        for (left, right), shade in zip(found, chart.windows, strict=True):
            assert left == pytest.approx(x_of(chart.span, shade.opens_at, width), abs=NEAR)
            assert right == pytest.approx(x_of(chart.span, shade.closes_at, width), abs=NEAR)


@WIDTHS
def test_a_window_over_the_night_the_clocks_change_is_as_long_as_any_other(width):
    night = given(datetime(2026, 10, 31, 18, tzinfo=UTC))
    other = given(datetime(2026, 10, 20, 18, tzinfo=UTC))
    span = Span(date(2026, 10, 15), date(2026, 11, 14), date(2026, 11, 10), ZONE)
    chart = Trend(span, (), windows=(window(night), window(other)), doses_given=(night, other))
    found = boxes(drawn(chart.dose_lane, width), "f-win s-winline")

    (a, b), (c, d) = found
    assert b - a == pytest.approx(d - c, abs=NEAR)
    left, right = GUTTER[width]
    hours = (span.closes_at - span.opens_at) / HOUR
    assert hours == 31 * 24 + 1
    assert b - a == pytest.approx(48 * (right - left) / hours, abs=NEAR)


def test_a_window_that_began_before_the_chart_is_shaded_from_its_edge_without_an_opening_line():
    span = Span(TODAY - timedelta(days=10), TODAY, TODAY, ZONE)
    shade = Shade(span.opens_at - 24 * HOUR, span.opens_at + 24 * HOUR)
    chart = Trend(span, (), windows=(shade,), doses_given=())

    assert not boxes(drawn(chart.dose_lane), "f-win s-winline")
    [(left, _)] = boxes(drawn(chart.dose_lane), "f-win")
    assert left == GUTTER[Width.WIDE][0]


def test_what_the_chart_cannot_show_is_refused_rather_than_hidden():
    span = Span(TODAY - timedelta(days=10), TODAY, TODAY, ZONE)
    late = span.closes_at + HOUR

    for hidden in (
        {"windows": (Shade(late, late + HOUR),)},
        {"doses_given": (given(late),)},
        {"contacts": (ContactMark(late, ContactKind.THERAPY, "x"),)},
        {"events": (EventMark(late, "x"),)},
        {"intervals": (Interval(TODAY + timedelta(days=2), None, "x"),)},
        {"intervals": (Interval(None, TODAY - timedelta(days=11), "x"),)},
    ):
        with pytest.raises(ValueError, match="outside the chart"):
            Trend(span, (), **hidden)


@WIDTHS
def test_one_day_has_one_x_in_every_lane(width):
    at = day(9, hour=15)
    span = Span(TODAY - timedelta(days=40), TODAY + timedelta(days=5), TODAY, ZONE)
    chart = Trend(
        span,
        (
            phq9(Point(at, 9)),
            value_strip("k", name="K", subtitle="", points=[Point(at, 4)]),
            count_strip("bp", name="B", subtitle="", points=(), missed=(at,)),
        ),
        doses_given=(given(at),),
        contacts=tuple(ContactMark(at, kind, "x") for kind in ContactKind),
        events=(EventMark(at, "x"),),
    )
    found = {x for lane in chart.lanes[1:] for x, _, _ in dots(drawn(lane, width))}

    assert max(found) - min(found) <= NEAR
    assert min(found) == pytest.approx(x_of(span, at, width), abs=NEAR)


@WIDTHS
def test_every_mark_is_drawn_and_says_what_the_table_and_the_description_say(width):
    chart = anns_course()
    for lane in chart.lanes[1:]:
        root = drawn(lane, width)
        said = [title.text or "" for title in root.iter(f"{SVG}title")][1:]
        mine = [row for row in chart.table() if row.key == lane.key]

        assert len(said) == len(mine)
        for row in mine:
            assert any(clinical_date(row.day) in one and row.value in one for one in said) or (
                row.remark.startswith("start not known")
            )
        for one in said:
            assert one in lane.summary or "asked for" in one or "planned" in one


def test_the_table_knows_every_kind_of_row_and_leads_to_the_records():
    chart = anns_course()
    kinds = {row.kind for row in chart.table()}

    assert kinds >= {
        RowKind.SCORE, RowKind.VALUE, RowKind.COUNT, RowKind.MISSED, RowKind.PLANNED,
        RowKind.DOSE, RowKind.CONTACT, RowKind.INTERVAL, RowKind.EVENT,
    }  # fmt: skip
    drawn_links = {
        link.attrib["href"]
        for lane in chart.lanes
        for link in drawn(lane).iter(f"{SVG}a")
        if link.get("tabindex") == "-1"
    }
    assert drawn_links == {row.href for row in chart.table() if row.href}
    assert drawn_links == {"/visits/1", "/scores/1", "/labs/1", "/medicines/1"}


@pytest.mark.parametrize("address", ["https://example.org", "//example.org", "javascript:1", "a b"])
def test_a_point_leads_nowhere_but_to_a_record(address):
    with pytest.raises(ValueError, match="address"):
        Point(day(1), 5, href=address)
    with pytest.raises(ValueError, match="address"):
        given(day(1), href=address)


@settings(max_examples=60, deadline=None)
@always(st.integers(-5 * 24 * 60, 5 * 24 * 60), st.sampled_from(ContactState))
def test_a_contact_is_filled_only_when_it_was_held_inside_a_window(minutes, state):
    shade = Shade(day(20), day(18))
    mark = ContactMark(day(19) + timedelta(minutes=minutes), ContactKind.THERAPY, "x", state)
    is_inside = mark.at in Backdrop((shade,))
    dot = contact_dot(mark, is_inside=is_inside, size=7)

    assert is_inside == (abs(minutes) <= 24 * 60)
    assert (dot.face is Ink.OK) == (is_inside and state is ContactState.HELD)


def classes(root):
    return Counter(group.get("class") for group in root.iter(f"{SVG}g") for _ in group)


@WIDTHS
def test_given_is_full_planned_is_hollow_and_held_is_a_stop_mark(width):
    root = drawn(anns_course().dose_lane, width)
    found = classes(root)

    assert found["pt f-line s-surface"] == 4
    assert found["pt f-surface s-planned"] == 1
    assert found["pt f-surface s-stop"] == 1
    assert "hold" in words(root)


def forty(labels):
    doses = tuple(given(day(18 * (40 - number)), label) for number, label in enumerate(labels))
    span = Span(TODAY - timedelta(days=730), TODAY, TODAY, ZONE)
    return Trend(span, (), windows=tuple(map(window, doses)), doses_given=doses)


@WIDTHS
def test_forty_doses_keep_every_mark_and_amounts_that_can_be_read(width):
    lane = forty(str(100 + 25 * (number // 10)) for number in range(40)).dose_lane
    root = drawn(lane, width)

    assert len(dots(root)) == 40
    assert lane.summary.startswith("40 doses, 40 given: ")
    assert {"100", "125", "150", "175"} <= set(words(root))
    places = sorted(float(text.attrib["x"]) for text in root.iter(f"{SVG}text"))
    assert all(later - earlier >= 20 for earlier, later in pairwise(places))


@settings(max_examples=25, deadline=None)
@always(
    st.lists(st.tuples(st.integers(0, 700), st.sampled_from(["50", "200", "1000"])), max_size=12),
    st.lists(st.tuples(st.integers(0, 700), st.booleans()), max_size=6),
    st.sampled_from(Width),
)
def test_no_two_texts_of_the_course_touch(doses, events, width):
    chart = Trend(
        Span(TODAY - timedelta(days=730), TODAY + timedelta(days=30), TODAY, ZONE),
        (),
        doses_given=tuple(given(day(back), label) for back, label in doses),
        events=tuple(EventMark(day(n), f"event {n}", is_serious=bad) for n, bad in events),
    )
    for lane in (chart.dose_lane, chart.interval_lane):
        root = drawn(lane, width)
        spans = sorted(extent(text) for text in root.iter(f"{SVG}text"))

        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        assert all(left >= 0 and right <= width for left, right in spans)
        assert all(float(text.attrib["font-size"]) >= 11 for text in root.iter(f"{SVG}text"))


def extent(text):
    """Return from where to where a text goes, at Inter's real widths."""
    half = 11 * sum(0.64 if one.isdigit() else 0.5 for one in text.text) / 2
    return float(text.attrib["x"]) - half, float(text.attrib["x"]) + half


@WIDTHS
def test_a_medicine_runs_from_its_first_day_through_its_last_or_to_today(width):
    chart = anns_course()
    root = drawn(chart.interval_lane, width)
    span, left = chart.span, GUTTER[width][0]

    [(start, end)] = boxes_titled(root, "60 mg")
    first = span.first_instant(TODAY - timedelta(days=40))
    assert start == pytest.approx(x_of(span, first, width), abs=0.7)
    assert end == pytest.approx(
        x_of(span, span.first_instant(TODAY + timedelta(days=1)), width), abs=0.7
    )
    [(start, _)] = boxes_titled(root, "fluoxetine 40 mg")
    assert start == pytest.approx(left, abs=0.7)
    assert "fluoxetine 60 mg: 08-Oct-2026, still running" in chart.interval_lane.summary
    assert "fluoxetine 40 mg: start not known to 07-Oct-2026" in chart.interval_lane.summary


def boxes_titled(root, what):
    """Return from where to where the bar goes that says something."""
    for path in root.iter(f"{SVG}path"):
        if what in path.findtext(f"{SVG}title", ""):
            start, _, across = path.attrib["d"].partition("h")
            x, width = float(start[1:].split()[0]), float(across.partition("v")[0])
            yield x, x + width


def test_a_medicine_keeps_one_row_and_what_runs_beside_it_has_another():
    tracks = anns_course().interval_lane.tracks

    assert [[bar.label for bar in track] for track in tracks] == [
        ["fluoxetine 40 mg", "60 mg"],
        ["day clinic"],
    ]


def test_days_are_counted_from_the_first_dose_without_moving_anything():
    zero = TODAY - timedelta(days=70)
    plain, counted = anns_course(), anns_course(zero=zero)
    ticks = counted.span.days_since(zero, 9)

    assert "day 0" in words(drawn(counted.axis))
    assert {tick.label for tick in ticks} >= {"day 0", "day 14", "day \N{MINUS SIGN}14"}
    assert next(tick.at for tick in ticks if tick.label == "day 0") == plain.span.first_instant(
        zero
    )
    assert all(plain.span.day(tick.at) == zero + timedelta(int(number(tick))) for tick in ticks)
    assert counted.axis.summary.endswith("Day 0 is 08-Sep-2026.")
    for lane, other in zip(plain.lanes[1:], counted.lanes[1:], strict=True):
        assert lane == other


def number(tick):
    return tick.label.removeprefix("day ").replace("\N{MINUS SIGN}", "-")


@WIDTHS
def test_the_range_within_limits_is_filled_and_a_value_outside_it_is_a_red_square(width):
    root = drawn(anns_course().strip("k"), width)

    assert classes(root)["pt f-stop s-surface"] == 1
    [said] = [said for _, _, said in dots(root) if "outside limits" in said]
    assert said == "18-Oct-2026: 3.3, outside limits"
    [norm] = [path for path in root.iter(f"{SVG}path") if path.get("class") == "f-norm"]
    bottom, tall = re.match(r"M0 ([\d.]+)h\d+v-([\d.]+)", norm.attrib["d"]).groups()
    strip, height = anns_course().strip("k").strip, float(root.attrib["height"])
    low, high = float(strip.low), float(strip.high)
    per_unit = (height - 18) / (high - low)
    assert height - 9 - float(bottom) == pytest.approx(per_unit * (3.5 - low), abs=0.02)
    assert float(tall) == pytest.approx(per_unit * 1.5, abs=0.02)


@settings(max_examples=80, deadline=None)
@always(
    st.lists(st.fractions(0, 500, max_denominator=10), min_size=1, max_size=6),
    st.tuples(st.fractions(1, 300, max_denominator=10), st.fractions(1, 100, max_denominator=10)),
    st.sampled_from([None, "low", "high"]),
)
def test_a_scale_holds_every_value_and_the_limits(values, limits, open_end):
    low, high = limits[0], limits[0] + limits[1]
    reference = Reference(None if open_end == "low" else low, None if open_end == "high" else high)
    points = tuple(Point(day(number), value) for number, value in enumerate(values))
    strip = value_strip("k", name="K", subtitle="", points=points, reference=reference)

    for point in strip.points:
        assert point.value is not None
        assert strip.low <= point.value <= strip.high
        assert point.out_of_limit == (point.value not in reference)
    assert strip.low >= 0


def test_a_weight_that_hardly_moves_is_not_drawn_as_a_fall():
    points = [Point(day(9), Fraction(571, 10)), Point(day(2), Fraction(569, 10))]
    strip = value_strip("w", name="Weight", subtitle="kg", points=points, kind=StripKind.WEIGHT)

    assert exact(strip.high) - exact(strip.low) >= Fraction(571, 100)


@WIDTHS
def test_two_renders_of_the_course_are_the_same_bytes(width):
    first = [render(lane, width) for lane in anns_course().lanes]
    render.cache_clear()

    assert [render(lane, width) for lane in anns_course().lanes] == first


def test_a_chart_without_a_course_says_so():
    span = Span(TODAY - timedelta(days=30), TODAY, TODAY, ZONE)
    chart = Trend(span, (), doses_given=(), contacts=(), intervals=())

    assert [lane.key for lane in chart.lanes] == ["axis", "doses", "contacts", "intervals"]
    assert all(lane.summary == "Nothing in this time." for lane in chart.lanes[1:])
    assert words(drawn(chart.interval_lane)) == ["None recorded"]


def test_points_too_close_to_point_at_are_drawn_without_their_sentence_on_a_narrow_sheet():
    lane = replace(anns_course(), strips=(phq9(*weekly(*[9] * 12)),)).strip("phq9")
    many = tuple(Point(day(number), 9) for number in range(80))
    dense = replace(anns_course(), strips=(phq9(*many),)).strip("phq9")

    assert all(said for _, _, said in dots(drawn(lane, Width.NARROW)))
    assert all(said for _, _, said in dots(drawn(dense, Width.WIDE)))
    assert [said for _, _, said in dots(drawn(dense, Width.NARROW))] == [""] * 80
    assert dense.summary.count(": 9, mild") == 80


def two_years():
    """Return 100 answers in each of 4 instruments, 40 doses and 60 panels of 4 values."""
    doses = tuple(
        DoseMark(day(18 * n), str(100 + n // 8 * 50), href=f"/p/{n}") for n in range(1, 41)
    )
    answers = []
    for key in range(4):
        points = (
            Point(day(7 * n, hour=9 + n % 9), (n * 5 + key * 3) % 28, href=f"/p/{key}.{n}")
            for n in range(100)
        )
        answers.append(phq9(*points, key=f"s{key}"))
    for key in range(4):
        values = [
            Point(day(12 * n, hour=8 + n % 5), Fraction(30 + n * 7 % 25, 10), href=f"/p/l{n}")
            for n in range(60)
        ]
        within = Reference(Fraction(7, 2), 5)
        answers.append(
            value_strip(f"v{key}", name="K", subtitle="", points=values, reference=within)
        )
    span = Span.around((dose.at for dose in doses), today=TODAY, zone=ZONE)
    return Trend(
        span, tuple(answers), windows=tuple(map(window, doses)), doses_given=doses, contacts=()
    )


def test_two_years_at_both_widths_leave_two_thirds_of_sixty_kilobytes_free():
    page = "".join(render(lane, width) for lane in two_years().lanes for width in SCREEN)

    assert len(gzip.compress(page.encode(), 5)) <= 20_000
