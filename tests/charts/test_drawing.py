"""What is drawn is what was recorded: at the true time, at the true score, with its true look."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from dashboard.charts.figure import draw
from dashboard.charts.lanes import StripLane
from dashboard.charts.svg import Width
from dashboard.charts.trend import Baseline, ChangeLines, Marker, MarkerKind, Mode, Point
from tests.charts.builders import (
    GUTTER,
    SVG,
    anns,
    day,
    dots,
    drawn,
    line_of,
    phq9,
    trend,
    weekly,
    words,
)

WIDTHS = pytest.mark.parametrize("width", list(Width))


def x_of(lane, at, width):
    """Return where an instant must be, worked out from elapsed seconds alone."""
    left, right = GUTTER[width]
    whole = (lane.span.closes_at - lane.span.opens_at).total_seconds()
    return left + (right - left) * (at - lane.span.opens_at).total_seconds() / whole


@WIDTHS
def test_every_point_is_drawn_at_its_true_time_in_every_strip(width):
    for strip in anns().strips:
        lane = anns().strip(strip.key)
        found = sorted(x for x, _, _ in dots(drawn(lane, width)))
        expected = [x_of(lane, point.at, width) for point in strip.points]

        assert found == pytest.approx(expected, abs=0.051)


@WIDTHS
def test_every_dot_says_its_own_day_and_score(width):
    lane = trend(phq9(*weekly(0, 27, 3, 14, 9, 20, 1))).strip("phq9")
    found = sorted(dots(drawn(lane, width)))
    root = drawn(lane, width)
    per_score = (float(root.attrib["height"]) - 18) / 27

    for point, (_, y, sentence) in zip(lane.strip.points, found, strict=True):
        assert sentence.startswith(f"{point.at:%d-%b-%Y}: {point.label}, ")
        score = (float(root.attrib["height"]) - 9 - y) / per_score
        assert score == pytest.approx(int(point.label), abs=0.01)


@WIDTHS
def test_visits_and_scores_of_one_instant_share_one_x(width):
    chart = trend(
        phq9(*weekly(9, 8), Point(day(3), 7)),
        markers=(Marker(day(3), MarkerKind.VISIT, "Follow-up"),),
    )
    [(visit, _, said)] = dots(drawn(chart.visits, width))

    assert said == "14-Nov-2026: Follow-up"
    assert any(abs(x - visit) < 0.11 for x, _, _ in dots(drawn(chart.strip("phq9"), width)))


@WIDTHS
def test_today_stands_at_one_x_in_every_lane(width):
    found = {
        path.attrib["d"].split()[0]
        for lane in anns().lanes
        for path in drawn(lane, width).iter(f"{SVG}path")
        if path.get("class") == "s-today"
    }

    assert len(found) == 1


def test_the_line_runs_through_the_scores_themselves():
    lane = anns().strip("phq9")
    figure = draw(lane, Width.WIDE).figure
    [line] = [line for line in figure.findobj(Line2D) if line.get_gid() == "line"]
    days = [(point.at - lane.span.opens_at) / timedelta(days=1) for point in lane.strip.points]

    xs, ys = (numpy.asarray(axis, dtype=float) for axis in line.get_data())
    joined = ~numpy.isnan(xs)
    assert list(xs[joined]) == pytest.approx(days)
    assert list(ys[joined]) == [point.value for point in lane.strip.points]


@WIDTHS
def test_a_point_of_score_is_the_same_height_over_the_full_range(width):
    lane = trend(phq9(*(Point(day(28 - value), value) for value in range(28)))).strip("phq9")
    heights = [y for _, y, _ in sorted(dots(drawn(lane, width)))]
    steps = [before - after for before, after in pairwise(heights)]

    assert steps == pytest.approx([steps[0]] * 27, abs=0.021)
    assert steps[0] > 2


def test_unequal_dates_are_at_unequal_distances():
    lane = trend(phq9(Point(day(21), 1), Point(day(14), 1), Point(day(0), 1))).strip("phq9")
    first, second, third = sorted(x for x, _, _ in dots(drawn(lane)))

    assert (third - second) / (second - first) == pytest.approx(2, abs=0.001)


def test_the_hour_that_happens_twice_is_drawn_twice():
    night = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30 in New York, and again an hour on
    chart = trend(phq9(Point(night, 3), Point(night + timedelta(hours=1), 4)))
    first, second = sorted(x for x, _, _ in dots(drawn(chart.strip("phq9"))))

    assert second > first


def test_a_gap_lifts_the_pen():
    joined = line_of(drawn(trend(phq9(Point(day(30), 5), Point(day(3), 6))).strip("phq9")))
    parted = line_of(drawn(trend(phq9(Point(day(60), 5), Point(day(3), 6))).strip("phq9")))

    assert (joined.count("M"), joined.count("l")) == (1, 1)
    assert parted.count("l") == 0


def test_a_chart_without_scores_says_so_in_the_picture():
    assert "No scores yet" in words(drawn(trend(phq9()).strip("phq9")))


@WIDTHS
@pytest.mark.parametrize("value", [0, 27])
def test_a_single_score_at_the_edge_of_the_range_is_labelled_inside_the_picture(value, width):
    root = drawn(trend(phq9(Point(day(0), value))).strip("phq9"), width)
    [label] = [text for text in root.iter(f"{SVG}text") if text.get("font-weight") == "700"]

    assert label.text == str(value)
    assert 8 < float(label.attrib["y"]) < float(root.attrib["height"])
    assert 0 < float(label.attrib["x"]) < width - 10


@WIDTHS
def test_the_newest_value_is_bold_and_the_first_is_written(width):
    root = drawn(anns().strip("phq9"), width)
    bold = [text.text for text in root.iter(f"{SVG}text") if text.get("font-weight") == "700"]

    assert bold == ["9"]
    assert "19" in words(root)


@WIDTHS
def test_nothing_is_smaller_than_eleven_pixels(width):
    sizes = {
        float(text.attrib["font-size"])
        for lane in anns().lanes
        for text in drawn(lane, width).iter(f"{SVG}text")
    }

    assert min(sizes) >= 11


def test_severity_words_stand_beside_their_bands_on_the_wide_chart():
    assert {"minimal", "mild", "moderate", "mod. severe", "severe"} <= set(
        words(drawn(anns().strip("phq9")))
    )


@WIDTHS
def test_the_whole_range_and_its_thresholds_are_written(width):
    assert {"0", "5", "10", "15", "20", "27"} <= set(
        words(drawn(trend(phq9()).strip("phq9"), width))
    )


def classes(lane: StripLane) -> list[str]:
    return [element.get("class", "") for element in drawn(lane).iter()]


def test_baseline_and_change_lines_are_drawn_where_the_range_can_show_them():
    strip = phq9(
        *weekly(24, 20), baseline=Baseline(day(8), 24), change=ChangeLines(better=18, worse=30)
    )
    found = classes(trend(strip).strip("phq9"))

    assert found.count("s-base") == 1
    assert found.count("s-rc") == 1
    assert "s-worse" not in found


@WIDTHS
def test_a_baseline_older_than_the_chart_is_drawn_from_its_left_edge(width):
    strip = phq9(*weekly(24, 20), baseline=Baseline(day(900), 24))
    root = drawn(trend(strip).strip("phq9"), width)
    [level] = [
        path.attrib["d"] for path in root.iter(f"{SVG}path") if path.get("class") == "s-base"
    ]

    assert level.startswith(f"M{GUTTER[width][0]} ")


def test_without_a_baseline_no_change_line_is_drawn():
    found = classes(trend(phq9(*weekly(24, 20))).strip("phq9"))

    assert not {"s-base", "s-rc", "s-worse"} & set(found)


LOOKS = {
    "prorated": (Point(day(9), Fraction(25, 2), prorated=True), "pt f-surface s-line"),
    "incomplete": (Point(day(9), None, low=3, high=9), "pt f-ink s-ink"),
    "out of limit": (Point(day(9), 20, out_of_limit=True), "pt f-stop s-surface"),
    "corrected": (Point(day(9), 20, superseded=True), "pt f-muted s-surface"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_score_that_is_less_than_a_full_score_looks_different(look):
    point, expected = LOOKS[look]
    plain = classes(trend(phq9(*weekly(3))).strip("phq9"))
    found = classes(trend(phq9(point, *weekly(3))).strip("phq9"))

    assert expected in found
    assert expected not in plain


def looks(root):
    """Return how each point looks: its group's class, and its shape wherever it stands."""
    for group in root.iter(f"{SVG}g"):
        for mark in group:
            shape = mark.get("r") or mark.get("d", "").partition("m")[2]
            yield group.get("class", ""), shape


def test_each_way_of_answering_has_its_own_symbol():
    pictures = set()
    for mode in Mode:
        root = drawn(trend(phq9(Point(day(9), 5, mode=mode), *weekly(3))).strip("phq9"))
        pictures.add(tuple(sorted(looks(root))))

    assert len(pictures) == len(Mode)


def test_points_at_one_instant_are_all_drawn():
    lane = trend(phq9(Point(day(5), 4), Point(day(5), 20), Point(day(5), 4))).strip("phq9")

    assert len(dots(drawn(lane))) == 3


@WIDTHS
def test_ten_years_of_weekly_scores_are_all_drawn(width):
    lane = trend(phq9(*weekly(*(number % 28 for number in range(520))))).strip("phq9")
    root = drawn(lane, width)

    assert len(dots(root)) == 520
    assert line_of(root).count("l") == 519


def test_a_hundred_visits_do_not_become_a_curtain():
    visits = tuple(Marker(day(number), MarkerKind.VISIT, "Visit") for number in range(100))
    chart = trend(phq9(*weekly(5, 6)), markers=visits)

    assert len(dots(drawn(chart.visits))) == 100
    lines = [c for c in drawn(chart.strip("phq9")).iter() if c.get("stroke-dasharray") == "1,2"]
    assert not lines


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda hours, value, prorated, superseded: Point(
                day(0) - timedelta(hours=hours), value, prorated=prorated, superseded=superseded
            ),
            st.integers(0, 20_000),
            st.integers(0, 27),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.sampled_from(Width),
)
def test_whatever_was_recorded_is_drawn_inside_the_picture(points, width):
    root = drawn(trend(phq9(*points)).strip("phq9"), width)
    found = dots(root)

    left, right = GUTTER[width]
    assert len(found) == len(points)
    assert all(left <= x <= right for x, _, _ in found)
    assert all(0 < y < float(root.attrib["height"]) for _, y, _ in found)


def boxes(root):
    """Return what each text covers, as left, bottom, right, top; y downwards."""
    for text in root.iter(f"{SVG}text"):
        size, x, y = (float(text.attrib[name]) for name in ("font-size", "x", "y"))
        said = text.text or ""
        wide = size * sum(0.64 if character.isdigit() else 0.5 for character in said)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.attrib["text-anchor"]]
        yield said, left, y - 0.7 * size, left + wide, y


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 27), st.integers(0, 20)), min_size=1, max_size=4),
    st.integers(0, 27),
    st.sampled_from(Width),
)
def test_no_two_texts_of_a_strip_touch(values, baseline, width):
    points = [Point(day(7 * number + late), value) for number, (value, late) in enumerate(values)]
    strip = phq9(
        *points,
        baseline=Baseline(day(30), baseline),
        change=ChangeLines(max(baseline - 6, 0), min(baseline + 6, 27)),
    )
    chart = trend(strip, markers=(Marker(day(30), MarkerKind.VISIT, "Intake"),))
    found = list(boxes(drawn(chart.strip("phq9"), width)))

    for number, (_, left, top, right, bottom) in enumerate(found):
        for _, other_left, other_top, other_right, other_bottom in found[:number]:
            apart = right <= other_left or other_right <= left
            assert apart or bottom <= other_top or other_bottom <= top, found
