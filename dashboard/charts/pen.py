"""How ink is laid on paper with matplotlib: its figure and artists, never pyplot, never axes.

One matplotlib point is one CSS pixel. matplotlib's settings belong to the process, so they are
set here, once, when the first chart is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path as FilePath
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, IdentityTransform, Transform

from dashboard.charts.ink import Ink
from dashboard.charts.labels import CAP_HEIGHT, Box
from dashboard.charts.paper import TEXT

FONTS = FilePath(__file__).parent / "fonts"
FAMILY = ("Casement Inter", "DejaVu Sans")  # the second, matplotlib's own, has what Inter lacks
PIXELS = IdentityTransform()
BOX_CODES = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
RULE_CODES = [Path.MOVETO, Path.LINETO]

for _font in sorted(FONTS.glob("*.ttf")):
    fontManager.addfont(_font)
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "casement", "path.simplify": False})


class Layer(IntEnum):
    """What lies over what, from the paper up."""

    BANDS = 0
    WINDOWS = 1
    GRID = 2
    MARKED = 3
    TODAY = 4
    BASELINE = 5
    CHANGE = 6
    BOUNDS = 7
    LINE = 8
    POINTS = 9
    LABELS = 10


class Said(NamedTuple):
    """What one point says, and the address of its record where it has one."""

    title: str
    href: str = ""


Segment = tuple[tuple[float, float], tuple[float, float]]


class Words(Text):
    """A text whose baseline is given, so that an SVG needs no measuring to place it."""

    def draw(self, renderer: RendererBase) -> None:
        """Hand the words to an SVG as they are; let other media measure them."""
        if not isinstance(renderer, RendererSVG):
            super().draw(renderer)
            return
        x, y = self.get_transform().transform(self.get_position())
        pen = renderer.new_gc()
        pen.set_foreground(self.get_color())
        font = self.get_fontproperties()
        renderer.open_group("text", self.get_gid())  # type: ignore[no-untyped-call]
        renderer.draw_text(  # type: ignore[no-untyped-call]
            pen, x, renderer.height - y, self.get_text(), font, 0, False, self
        )
        renderer.close_group("text")  # type: ignore[no-untyped-call]
        pen.restore()


class Pen:
    """Lays ink on one sheet of `width` by `height` pixels."""

    def __init__(self, width: int, height: int) -> None:
        """Take a clean sheet."""
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=72, frameon=False)
        self.said: dict[str, tuple[Said, ...]] = {}

    def _lay(self, artist: Artist) -> None:
        """Put an artist on the sheet, uncut."""
        artist.set_clip_on(False)
        self.figure.add_artist(artist)

    def fill(self, box: Box, ink: Ink, *, layer: Layer) -> None:
        """Fill a box."""
        width, height = box.right - box.left, box.top - box.bottom
        corner = (box.left, box.bottom)
        self._lay(
            Rectangle(corner, width, height, facecolor=ink, lw=0, zorder=layer, transform=PIXELS)
        )

    def fills(
        self,
        boxes: Sequence[Box],
        ink: Ink,
        *,
        layer: Layer,
        left_edge: Ink | None = None,
        width: float = 0,
    ) -> None:
        """Fill boxes of one height, all of them as one path, with a line along each left edge.

        The outline of a box begins with its left edge, so a first dash as long as that draws it.
        """
        if not boxes:
            return
        corners = [
            corner
            for box in boxes
            for corner in (
                (box.left, box.bottom),
                (box.left, box.top),
                (box.right, box.top),
                (box.right, box.bottom),
                (box.left, box.bottom),
            )
        ]
        path = Path(corners, BOX_CODES * len(boxes))
        patch = PathPatch(path, facecolor=ink, lw=width, zorder=layer, transform=PIXELS)
        if left_edge:
            patch.set_edgecolor(left_edge)
            tall, around = boxes[0].top - boxes[0].bottom, 4 * self.figure.get_figwidth() * 72
            patch.set_linestyle((0, (tall / width, around / width)))
            patch.set_capstyle("butt")
        self._lay(patch)

    def bar(self, box: Box, ink: Ink, *, name: str, said: Said) -> None:
        """Draw a bar that says something."""
        width, height = box.right - box.left, box.top - box.bottom
        corner = (box.left, box.bottom)
        bar = Rectangle(
            corner, width, height, facecolor=ink, lw=0, zorder=Layer.LINE, transform=PIXELS
        )
        bar.set_gid(name)
        self._lay(bar)
        self.said[name] = (said,)

    def rules(
        self,
        segments: Sequence[Segment],
        ink: Ink,
        *,
        layer: Layer,
        width: float = 1.0,
        dashes: Sequence[float] = (),
    ) -> None:
        """Draw straight lines, all of them as one path."""
        if not segments:
            return
        path = Path([end for segment in segments for end in segment], RULE_CODES * len(segments))
        patch = PathPatch(path, edgecolor=ink, facecolor="none", lw=width, zorder=layer)
        if dashes:
            patch.set_linestyle((0, tuple(length / width for length in dashes)))
        patch.set_transform(PIXELS)
        patch.set_capstyle("butt")
        self._lay(patch)

    def rule(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        ink: Ink,
        *,
        layer: Layer,
        width: float = 1.0,
        dashes: Sequence[float] = (),
    ) -> None:
        """Draw a straight line; `dashes` are lengths of ink and gap in pixels."""
        line = Line2D([start[0], end[0]], [start[1], end[1]], color=ink, lw=width, zorder=layer)
        if dashes:
            line.set_linestyle((0, tuple(length / width for length in dashes)))
        line.set_transform(PIXELS)
        line.set_solid_capstyle("butt")
        self._lay(line)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        ink: Ink,
        *,
        layer: Layer,
        scale: Transform,
        width: float,
        name: str,
    ) -> None:
        """Draw a line through data; a NaN lifts the pen."""
        line = Line2D(xs, ys, color=ink, lw=width, zorder=layer, transform=scale, gid=name)
        line.set_solid_capstyle("round")
        line.set_solid_joinstyle("round")
        self._lay(line)

    def marks(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        shape: str,
        size: float,
        face: Ink,
        edge: Ink,
        edge_width: float,
        layer: Layer,
        scale: Transform = PIXELS,
        name: str = "",
        said: tuple[Said, ...] = (),
    ) -> None:
        """Draw one symbol at each datum; each is `said` under the group's `name`."""
        self._lay(
            Line2D(
                xs,
                ys,
                linestyle="None",
                marker=shape,
                markersize=size,
                markerfacecolor=face,
                markeredgecolor=edge,
                markeredgewidth=edge_width,
                zorder=layer,
                transform=scale,
                gid=name or None,
            )
        )
        if said:
            self.said[name] = said

    def write(
        self,
        text: str,
        x: float,
        y: float,
        ink: Ink,
        *,
        layer: Layer,
        anchor: str = "left",
        size: float = TEXT,
        weight: int = 400,
    ) -> None:
        """Write words whose capitals are centred on `y`."""
        font = FontProperties(family=FAMILY, size=size, weight=weight)
        baseline = y - CAP_HEIGHT * size / 2
        self._lay(
            Words(
                x,
                baseline,
                text,
                color=ink,
                ha=anchor,
                va="baseline",
                fontproperties=font,
                zorder=layer,
                parse_math=False,
                transform=PIXELS,
            )
        )


def data_scale(*, x0: float, per_day: float, y0: float, per_unit: float) -> Transform:
    """Return the way from days and scores to pixels."""
    return Affine2D().scale(per_day, per_unit).translate(x0, y0)
