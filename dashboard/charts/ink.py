"""The chart's inks: colours that stand for CSS classes, so that one SVG serves every theme.

matplotlib draws each ink in a colour nothing else uses; `svg` turns that colour into the class
`f-<ink>` for a fill or `s-<ink>` for a stroke.
"""

from __future__ import annotations

from enum import StrEnum


class Ink(StrEnum):
    """What a stroke or a fill means; the value is its stand-in colour."""

    LINE = "#010101"
    INK = "#010103"
    MUTED = "#010104"
    GRID = "#010105"
    BAND1 = "#010108"
    BAND2 = "#010109"
    BAND3 = "#01010a"
    BAND4 = "#01010b"
    RC = "#01010c"
    BASE = "#01010d"
    SURFACE = "#01010e"
    STOP = "#01010f"
    TODAY = "#010111"
    WORSE = "#010114"
    DOSE = "#010115"
    WIN = "#010106"
    WINLINE = "#010107"
    OK = "#010110"
    NORM = "#010112"
    PLANNED = "#010113"

    @property
    def css(self) -> str:
        """The ink's name in a class: `line` in `f-line` and `s-line`."""
        return self.name.lower()


SHADES = (None, Ink.BAND1, Ink.BAND2, Ink.BAND3, Ink.BAND4)
CSS_OF = {ink.value: ink.css for ink in Ink}
