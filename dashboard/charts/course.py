"""The rows of symbols: visits, doses with their amounts, contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby, pairwise

from dashboard.charts import course_words, summary
from dashboard.charts.backdrop import draw_backdrop
from dashboard.charts.course_lanes import ContactLane, DoseLane
from dashboard.charts.dots import Dot
from dashboard.charts.ink import Ink
from dashboard.charts.labels import Box, fitted, thinned, width_of
from dashboard.charts.lanes import MarkerLane
from dashboard.charts.marks import ContactKind, ContactMark, ContactState, DoseMark, DoseState
from dashboard.charts.paper import MARKER_HEIGHT, TEXT, Paper, Width
from dashboard.charts.pen import Layer, Pen, Said
from dashboard.charts.trend import MarkerKind

SYMBOLS = {MarkerKind.VISIT: "s", MarkerKind.DOSE: "o"}
DOSE_HEIGHT, DOSE_ROW, AMOUNT_ROW = 48, 32.0, 11.0  # px; rows from the bottom
LONGEST = 64.0  # px; a longer label is cut, and whole in the description and the table
DOSES = {
    DoseState.GIVEN: Dot("o", 9.4, Ink.LINE, Ink.SURFACE, 1.2),
    DoseState.PLANNED: Dot("o", 8.6, Ink.SURFACE, Ink.PLANNED, 1.4),
    DoseState.HELD: Dot("o", 11.0, Ink.SURFACE, Ink.STOP, 1.8),
    DoseState.NOT_GIVEN: Dot("x", 7.0, Ink.MUTED, Ink.MUTED, 1.5),
}
CROWDED_DOSES, CROWDED_SHARE = 11.0, 0.7  # px from dose to dose on average; of a symbol's size
FEW_DOSES = 40.0  # px from dose to dose on average, so that amounts between the runs stay clear
HELD_CROSS = Dot("x", 5.0, Ink.STOP, Ink.STOP, 1.6)
AMOUNT_INKS = {
    DoseState.GIVEN: Ink.INK,
    DoseState.PLANNED: Ink.MUTED,
    DoseState.HELD: Ink.STOP,
    DoseState.NOT_GIVEN: Ink.MUTED,
}

CONTACT_HEIGHT = {Width.WIDE: 50, Width.NARROW: 44, Width.PRINT: 46}
CONTACT_SHAPES = {
    ContactKind.THERAPY: "D",
    ContactKind.INTEGRATION: "s",
    ContactKind.DIETITIAN: "^",
    ContactKind.EXPOSURE_MEAL: "o",
}
CONTACT_SIZE, CROWDED_SIZE = 7.2, 5.2  # px
CROWDED = 8.0  # px from one contact to the next on average


def draw_markers(lane: MarkerLane, width: Width) -> Pen:
    """Draw a symbol for everything that happened, hollow where its record is open."""
    paper = Paper(lane.span, width, MARKER_HEIGHT[width])
    pen = Pen(width, paper.height)
    draw_backdrop(pen, paper, lane.backdrop)
    middle = paper.height / 2
    _base_line(pen, paper, middle)
    groups: defaultdict[Dot, list[tuple[float, Said]]] = defaultdict(list)
    for marker in lane.markers:
        said = Said(summary.of_marker(marker, span=lane.span), marker.href)
        groups[_marker_dot(marker.kind, marker.filled)].append((paper.x(marker.at), said))
    _draw_row(pen, groups, middle, name="marks")
    return pen


def _marker_dot(kind: MarkerKind, filled: bool) -> Dot:
    """Return the symbol of a marker."""
    if filled:
        return Dot(SYMBOLS[kind], 7.4, Ink.LINE, Ink.SURFACE, 1.1)
    return Dot(SYMBOLS[kind], 7.4, Ink.SURFACE, Ink.LINE, 1.4)


def draw_doses(lane: DoseLane, width: Width) -> Pen:
    """Draw every dose, and its amount under it as far as amounts find room."""
    paper = Paper(lane.span, width, DOSE_HEIGHT)
    pen = Pen(width, DOSE_HEIGHT)
    draw_backdrop(pen, paper, lane.backdrop, bottom=AMOUNT_ROW + TEXT - 2)
    is_crowded = len(lane.marks) * CROWDED_DOSES > paper.right - paper.left
    groups: defaultdict[Dot, list[tuple[float, Said]]] = defaultdict(list)
    for mark in lane.marks:
        said = Said(course_words.of_dose(mark, span=lane.span), mark.href)
        dot = DOSES[mark.state]
        smaller = replace(dot, size=dot.size * CROWDED_SHARE) if is_crowded else dot
        groups[smaller].append((paper.x(mark.at), said))
    _draw_row(pen, groups, DOSE_ROW, name="doses")
    held = [paper.x(mark.at) for mark in lane.marks if mark.state is DoseState.HELD]
    _draw_symbols(pen, held, DOSE_ROW, HELD_CROSS)
    _write_amounts(pen, paper, lane.marks)
    return pen


def by_need(marks: tuple[DoseMark, ...]) -> list[DoseMark]:
    """Return the doses in the order in which their amounts must be read.

    What is held or planned first, then the newest, the first, every change of the amount, the rest.
    """
    given = [mark for mark in marks if mark.state is DoseState.GIVEN]
    changed = [after for before, after in pairwise(given) if before.label != after.label]
    is_open = [mark for mark in marks if mark.state in {DoseState.HELD, DoseState.PLANNED}]
    return list(dict.fromkeys([*is_open, *given[-1:], *given[:1], *changed, *marks]))


def _write_amounts(pen: Pen, paper: Paper, marks: tuple[DoseMark, ...]) -> None:
    """Write every amount; where some would touch, one of each run of equal amounts first."""
    labelled = [mark for mark in by_need(marks) if mark.label]
    texts = {mark: fitted(mark.label, size=TEXT, room=LONGEST) for mark in labelled}
    boxes = {mark: _amount_box(paper, paper.x(mark.at), texts[mark]) for mark in labelled}
    if len(thinned(list(boxes.values()))) < len(boxes):
        is_few = len(marks) * FEW_DOSES <= paper.right - paper.left
        each_run = _one_of_each_run(labelled, marks, boxes)
        labelled = _legible([*each_run, *labelled] if is_few else each_run, boxes)
    for mark in labelled:
        pen.write(
            texts[mark],
            (boxes[mark].left + boxes[mark].right) / 2,
            AMOUNT_ROW,
            AMOUNT_INKS[mark.state],
            layer=Layer.LABELS,
            anchor="center",
            weight=600 if mark.state is DoseState.HELD else 400,
        )


def _legible(by_rank: list[DoseMark], boxes: dict[DoseMark, Box]) -> list[DoseMark]:
    """Return the doses whose words touch no other's, the first ones before the later."""
    ranked = list(dict.fromkeys(by_rank))
    return [ranked[number] for number in sorted(thinned([boxes[mark] for mark in ranked]))]


def _one_of_each_run(
    by_rank: list[DoseMark], in_time: tuple[DoseMark, ...], boxes: dict[DoseMark, Box]
) -> list[DoseMark]:
    """Return the first dose of each run of equal amounts whose words touch no other's."""
    groups = groupby(in_time, key=lambda mark: (mark.label, mark.state))
    run_of = {mark: number for number, (_, run) in enumerate(groups) for mark in run}
    newest = next((mark for mark in by_rank if mark.state is DoseState.GIVEN), None)
    kept: list[DoseMark] = []
    for mark in by_rank:
        is_told = run_of[mark] in {run_of[other] for other in kept if other is not newest}
        wanted = [*(boxes[other] for other in kept), boxes[mark]]
        if not is_told and len(wanted) - 1 in thinned(wanted):
            kept.append(mark)
    return kept


def _amount_box(paper: Paper, x: float, text: str) -> Box:
    """Return what an amount under a dose covers, inside the sheet and off today's line."""
    half = width_of(text, size=TEXT) / 2
    middle = min(max(x, paper.frame.left + half), paper.frame.right - half)
    if (at := paper.span.today_at) and abs(paper.x(at) - middle) < half + 2:
        away = half + 4 if x > paper.x(at) else -half - 4
        middle = paper.x(at) + away
    return Box(middle - half, AMOUNT_ROW - TEXT / 2, middle + half, AMOUNT_ROW + TEXT / 2)


def draw_contacts(lane: ContactLane, width: Width) -> Pen:
    """Draw therapy above, the dietitian below, filled where a contact used a window."""
    paper = Paper(lane.span, width, CONTACT_HEIGHT[width])
    pen = Pen(width, paper.height)
    draw_backdrop(pen, paper, lane.backdrop)
    _base_line(pen, paper, paper.height / 2)
    for name, marks, share in zip(("upper", "lower"), lane.rows, (0.73, 0.26), strict=True):
        is_crowded = len(marks) * CROWDED > paper.right - paper.left
        size = CROWDED_SIZE if is_crowded else CONTACT_SIZE
        groups: defaultdict[Dot, list[tuple[float, Said]]] = defaultdict(list)
        for mark in marks:
            words = course_words.of_contact(mark, span=lane.span, backdrop=lane.backdrop)
            dot = contact_dot(mark, is_inside=mark.at in lane.backdrop, size=size)
            groups[dot].append((paper.x(mark.at), Said(words, mark.href)))
        _draw_row(pen, groups, paper.height * share, name=name)
    return pen


def contact_dot(mark: ContactMark, *, is_inside: bool, size: float) -> Dot:
    """Return the symbol of a contact: filled only when it was held inside a window."""
    shape = CONTACT_SHAPES[mark.kind]
    if mark.state is ContactState.MISSED:
        return Dot("x", size, Ink.MUTED, Ink.MUTED, 1.5)
    if mark.state is not ContactState.HELD:
        return Dot(shape, size, Ink.SURFACE, Ink.PLANNED, 1.2)
    return Dot(shape, size, Ink.OK if is_inside else Ink.SURFACE, Ink.OK, 1.5)


def _base_line(pen: Pen, paper: Paper, y: float) -> None:
    """Draw the line that symbols stand on or between."""
    pen.rule((paper.left, y), (paper.right, y), Ink.GRID, layer=Layer.GRID)


def _draw_row(
    pen: Pen, groups: dict[Dot, list[tuple[float, Said]]], y: float, *, name: str
) -> None:
    """Draw a row of symbols, one group for each way a symbol can look."""
    for number, (dot, marks) in enumerate(groups.items()):
        said = tuple(said for _, said in marks)
        _draw_symbols(pen, [x for x, _ in marks], y, dot, name=f"{name}-{number}", said=said)


def _draw_symbols(
    pen: Pen,
    xs: Iterable[float],
    y: float,
    dot: Dot,
    *,
    name: str = "",
    said: tuple[Said, ...] = (),
) -> None:
    """Draw one symbol at each place of a row."""
    places = list(xs)
    if places:
        pen.marks(
            places,
            [y] * len(places),
            shape=dot.shape,
            size=dot.size,
            face=dot.face,
            edge=dot.edge,
            edge_width=dot.edge_width,
            layer=Layer.POINTS,
            name=name,
            said=said,
        )
