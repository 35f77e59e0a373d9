"""The SVG that reaches a page: clean under our CSP, labelled, the same every time."""

import hashlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from dashboard.charts import svg
from dashboard.charts.rewrite import Unexpected, rewritten
from dashboard.charts.svg import Width, cache_key, render
from dashboard.charts.trend import Band, Marker, MarkerKind, Point
from tests.charts.builders import SVG, anns, day, dots, drawn, image, phq9, trend, weekly, words
from tests.charts.course import anns_course

WIDTHS = pytest.mark.parametrize("width", list(Width))

ELEMENTS = {"svg", "a", "title", "desc", "g", "path", "text", "circle"}
ATTRIBUTES = {
    "aria-describedby", "aria-labelledby", "class", "d", "fill", "font-size", "font-weight",
    "height", "href", "id", "role", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
    "aria-hidden", "overflow", "r", "cx", "cy", "tabindex",
    "stroke-width", "text-anchor", "viewBox", "width", "x", "y",
}  # fmt: skip
CLASSES = {
    "chart", "pt", "f-line", "f-ink", "f-muted", "f-band1", "f-band2", "f-band3", "f-band4",
    "f-surface", "f-stop", "f-today", "s-line", "s-ink", "s-muted", "s-grid", "s-rc", "s-worse",
    "s-base", "s-surface", "s-stop", "s-today",
    "s-ok", "f-ok", "f-win", "f-norm", "s-winline", "s-planned",
}  # fmt: skip

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "quotes": '" style="fill: #010101" onload=\'alert(1)\' href="https://example.org"',
    "mathematics": r"$\frac{$ and $x^2$ \N{",
    "controls": "a\x00b\x1b[31mc\r\nd\x85e\u2028f\ufffeg",
    "surrogate": "a\ud800b",
    "right to left": "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd",
    "endless": "x" * 10_000,
    "emoji": "\N{PILE OF POO} \u65e5\u672c\u8a9e \u2265 \u2192",
    "closing": "]]> --> &amp; &#0; </svg>",
}


def everything():
    """Return every kind of lane, mark and look at once."""
    points = (
        *weekly(3, 4, 5),
        Point(day(40), 9, prorated=True, low=7, high=11, mode="phone"),  # type: ignore[arg-type]
        Point(day(45), None, low=3, high=20),
        Point(day(50), 12, superseded=True),
        Point(day(55), 22, out_of_limit=True),
    )
    return trend(phq9(*points), markers=anns().markers)


@WIDTHS
@pytest.mark.parametrize("chart", [anns(), everything(), trend(phq9()), anns_course()])
def test_only_known_elements_attributes_and_classes_leave(chart, width):
    for lane in chart.lanes:
        for element in drawn(lane, width).iter():
            assert element.tag.removeprefix(SVG) in ELEMENTS
            assert set(element.attrib) <= ATTRIBUTES
            assert set(element.get("class", "chart").split()) <= CLASSES
            assert element.get("href", "/").startswith("/")


@WIDTHS
def test_no_stand_in_colour_and_no_foreign_address_is_left(width):
    for lane in everything().lanes:
        markup = render(lane, width)

        assert "#0101" not in markup
        assert "style" not in markup
        assert re.findall(r"[a-z]+://[^\"]*", markup) == ["http://www.w3.org/2000/svg"]


def test_a_colour_without_a_class_is_refused():
    figure = Figure(figsize=(1, 1), dpi=72, frameon=False)
    figure.add_artist(Text(0, 0, "red", color="#ff0000", parse_math=False))

    with pytest.raises(Unexpected, match="#ff0000"):
        rewritten(figure, said={}, title="", description="", prefix="c")


@pytest.mark.parametrize("chart", [anns(), everything(), anns_course()])
def test_ids_are_unique_on_a_page_with_every_lane_at_both_widths(chart):
    page = [drawn(lane, width) for lane in chart.lanes for width in Width]
    ids = [
        element.attrib["id"] for root in page for element in root.iter() if "id" in element.attrib
    ]

    assert len(ids) == len(set(ids))
    for root in page:
        own = {element.get("id") for element in root.iter()}
        assert image(root).attrib["aria-labelledby"] in own
        assert image(root).attrib["aria-describedby"] in own


@WIDTHS
@pytest.mark.parametrize("chart", [anns(), anns_course()])
def test_a_chart_is_an_image_with_a_name_and_a_description(chart, width):
    for lane in chart.lanes:
        root = image(drawn(lane, width))

        assert root.get("role") == "img"
        assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
        assert root[0].text == lane.title
        assert root[1].text == lane.summary


@WIDTHS
@pytest.mark.parametrize("chart", [anns(), everything()])
def test_points_description_and_table_say_the_same_values(chart, width):
    for strip in chart.strips:
        root = drawn(chart.strip(strip.key), width)
        said = sorted(sentence for _, _, sentence in dots(root))
        rows = [row for row in chart.table() if row.key == strip.key]

        assert len(said) == len(rows)
        for row in rows:
            words = [w for w in (row.value, row.band, row.remark) if w]
            sentence = f"{row.day.strftime('%d')}-{row.day:%b}-{row.day.year}: {', '.join(words)}"
            assert sentence in said
            assert sentence in (root[1].text or "")


@WIDTHS
def test_links_stand_beside_the_image_out_of_the_way_of_screen_readers_and_tabs(width):
    for lane in anns_course().lanes:
        root = drawn(lane, width)
        links = list(root.iter(f"{SVG}a"))

        assert all(link.get("tabindex") == "-1" for link in links)
        assert not list(image(root).iter(f"{SVG}a"))
        if links:
            assert root[1].get("aria-hidden") == "true"
            assert len(list(root[1].iter(f"{SVG}a"))) == len(links)


@WIDTHS
def test_text_stays_text(width):
    assert "today" in words(drawn(anns().axis, width))


@WIDTHS
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_words_stay_words(kind, width):
    evil = HOSTILE[kind]
    strip = phq9(
        Point(day(9), 5, label=evil),
        Point(day(2), 7, label=evil),
        name=evil,
        subtitle=evil,
        direction=evil,
        change_words=evil,
        bands=(Band(0, evil, 0), Band(9, evil, 3, evil)),
    )
    chart = trend(strip, markers=(Marker(day(3), MarkerKind.VISIT, evil),))

    for lane in chart.lanes:
        root = drawn(lane, width)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
        assert {name for element in root.iter() for name in element.attrib} <= ATTRIBUTES
        assert len(render(lane, width)) < 12_000
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", render(lane, width))
    assert len(dots(drawn(chart.visits, width))) == 1


def test_visible_hostile_words_are_kept_to_the_letter():
    chart = trend(phq9(*weekly(3), name=HOSTILE["quotes"]))

    title = drawn(chart.strip("phq9"))[0].text or ""
    assert title.startswith(HOSTILE["quotes"])


@WIDTHS
def test_two_renders_are_the_same_bytes(width):
    for lane in everything().lanes:
        first = render(lane, width)
        svg.render.cache_clear()

        assert render(lane, width) == first


IN_ANOTHER_PROCESS = """
import hashlib
from dashboard.charts.svg import Width, cache_key, render
from tests.charts.builders import anns
for lane in anns().lanes:
    for width in Width:
        print(hashlib.sha256(render(lane, width).encode()).hexdigest(), cache_key(lane, width))
"""


@pytest.mark.slow
def test_another_process_draws_the_same_bytes_under_the_same_key():
    here = [
        f"{hashlib.sha256(render(lane, width).encode()).hexdigest()} {cache_key(lane, width)}"
        for lane in anns().lanes
        for width in Width
    ]
    there = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS], capture_output=True, text=True, check=True
    )

    assert there.stdout.split("\n")[:-1] == here


def test_the_key_changes_with_the_data_the_width_and_today():
    lane = anns().strip("phq9")
    other = trend(phq9(*weekly(19, 20, 18))).strip("phq9")

    assert cache_key(lane, Width.WIDE) == cache_key(anns().strip("phq9"), Width.WIDE)
    assert cache_key(lane, Width.WIDE) != cache_key(lane, Width.NARROW)
    assert cache_key(lane, Width.WIDE) != cache_key(other, Width.WIDE)
    assert re.fullmatch("[0-9a-f]{64}", cache_key(lane, Width.WIDE))


def test_an_equal_chart_is_not_drawn_again():
    svg.render.cache_clear()
    render(anns().strip("phq9"), Width.WIDE)
    render(anns().strip("phq9"), Width.WIDE)

    assert svg.render.cache_info().misses == 1


def test_eight_threads_draw_what_one_thread_draws():
    lanes = [
        trend(phq9(*weekly(*(value % 28 for value in range(start, start + 9))))).strip("phq9")
        for start in range(16)
    ]
    alone = [render(lane, Width.WIDE) for lane in lanes]
    svg.render.cache_clear()

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda lane: render(lane, Width.WIDE), lanes * 2))

    assert together == alone * 2
