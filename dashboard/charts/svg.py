"""A lane as inline SVG: labelled, deterministic, coloured by CSS classes, clean under our CSP.

Only what is listed here can leave: elements, attributes and inks that are not known are dropped
or refused, so that nothing matplotlib writes (styles, metadata, its own ids) reaches a page.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from markupsafe import Markup

from dashboard.charts.lanes import Lane
from dashboard.charts.paper import SCREEN, Width

__all__ = ["SCREEN", "Width", "cache_key", "render"]


@lru_cache(maxsize=1024)
def render(lane: Lane, width: Width) -> Markup:
    """Draw a lane at one of the widths, once a process for equal lanes."""
    from dashboard.charts.figure import draw
    from dashboard.charts.rewrite import rewritten

    drawing = draw(lane, width)
    return rewritten(
        drawing.figure,
        said=drawing.said,
        title=lane.title,
        description=lane.summary,
        prefix=f"c{cache_key(lane, width)[:10]}",
    )


def cache_key(lane: Lane, width: Width) -> str:
    """Return the content's name: equal in every process, other for other data or drawing."""
    return sha256(f"{drawn_by()} {int(width)} {lane.digest}".encode()).hexdigest()


@lru_cache(maxsize=1)
def drawn_by() -> str:
    """Return a digest of this package, its fonts and matplotlib's version."""
    here = Path(__file__).parent
    digest = sha256(version("matplotlib").encode())
    for path in sorted((*here.glob("*.py"), *here.glob("fonts/*.ttf"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()
