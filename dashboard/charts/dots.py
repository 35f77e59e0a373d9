"""How a score's dot looks: its shape and outline say how far the score can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.charts.ink import Ink
from dashboard.charts.trend import Mode, Point


@dataclass(frozen=True)
class Dot:
    """A symbol: a matplotlib marker, its size and outline in pixels, and its inks."""

    shape: str
    size: float
    face: Ink
    edge: Ink
    edge_width: float


SCORE = Dot("o", 5.4, Ink.LINE, Ink.SURFACE, 1.1)
ON_PAPER = Dot("s", 5.4, Ink.LINE, Ink.SURFACE, 1.1)
PRORATED = Dot("o", 5.4, Ink.SURFACE, Ink.LINE, 1.5)
PRORATED_ON_PAPER = Dot("s", 5.0, Ink.SURFACE, Ink.LINE, 1.5)
INCOMPLETE = Dot("x", 6.0, Ink.INK, Ink.INK, 1.6)
OUT_OF_LIMIT = Dot("s", 7.4, Ink.STOP, Ink.SURFACE, 1.1)
CORRECTED = Dot("o", 3.6, Ink.MUTED, Ink.SURFACE, 0.6)

IMPORTED = Dot("D", 4.6, Ink.LINE, Ink.SURFACE, 1.1)
PRORATED_IMPORTED = Dot("D", 4.2, Ink.SURFACE, Ink.LINE, 1.5)
PHONE_RING = Dot("o", 9.6, Ink.SURFACE, Ink.LINE, 1.0)
STRUCK = Dot("_", 9.0, Ink.MUTED, Ink.MUTED, 1.2)
BY_MODE = {Mode.PAPER: ON_PAPER, Mode.IMPORTED: IMPORTED}
PRORATED_BY_MODE = {Mode.PAPER: PRORATED_ON_PAPER, Mode.IMPORTED: PRORATED_IMPORTED}
NEWEST = 7.4  # px; the newest score is larger


def dot_of(point: Point, *, is_newest: bool) -> Dot:
    """Return the symbol of a point."""
    dot = _kind_of(point)
    return Dot(dot.shape, NEWEST, dot.face, dot.edge, dot.edge_width) if is_newest else dot


def _kind_of(point: Point) -> Dot:
    """Return the symbol of a point that is not the newest."""
    if point.superseded:
        return CORRECTED
    if point.value is None:
        return INCOMPLETE
    if point.out_of_limit:
        return OUT_OF_LIMIT
    if point.prorated:
        return PRORATED_BY_MODE.get(point.mode, PRORATED)
    return BY_MODE.get(point.mode, SCORE)
