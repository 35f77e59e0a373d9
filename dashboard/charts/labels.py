"""Where a value is written so that it covers nothing: boxes in pixels, y upwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DIGIT = 0.65  # em; Inter's widest tabular digit, bold, is 0.64
LETTER = 0.54  # em; Inter's lower-case letters on average
CAP_HEIGHT = 0.727  # em, of Inter


@dataclass(frozen=True)
class Box:
    """A rectangle from `left`, `bottom` to `right`, `top`."""

    left: float
    bottom: float
    right: float
    top: float

    def covered(self, other: Box) -> float:
        """Return the area shared with another box, in square pixels."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(width, 0.0) * max(height, 0.0)

    @property
    def area(self) -> float:
        """The box's area, in square pixels."""
        return (self.right - self.left) * (self.top - self.bottom)

    def inside(self, frame: Box) -> bool:
        """Say whether the frame holds the whole box."""
        return (
            self.left >= frame.left
            and self.right <= frame.right
            and self.bottom >= frame.bottom
            and self.top <= frame.top
        )


def width_of(text: str, *, size: float) -> float:
    """Return at most how wide a text may be in Inter, in pixels, with tabular digits."""
    return DIGIT * size * len(text)


def fitted(text: str, *, size: float, room: float) -> str:
    """Return the text, cut with an ellipsis where it would not fit the room in pixels."""
    most = max(int(room / (LETTER * size)), 1)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def beside(x: float, y: float, *, width: float, size: float, away: float) -> tuple[Box, ...]:
    """Return the places for a text beside a dot, best first: right, above, below, left."""
    half, tall = CAP_HEIGHT * size / 2, CAP_HEIGHT * size
    right, left = x + away, x - away - width
    up, down = y + away, y - away - tall
    return (
        Box(right, y - half, right + width, y + half),
        Box(right, y + 3, right + width, y + 3 + tall),
        Box(right, y - 3 - tall, right + width, y - 3),
        Box(x - width / 2, up, x + width / 2, up + tall),
        Box(x - width / 2, down, x + width / 2, down + tall),
        Box(left, y - half, left + width, y + half),
    )


def around(x: float, y: float, *, width: float, size: float) -> tuple[Box, ...]:
    """Return the places for a text around the first dot, best first: above, below, left."""
    tall, half = CAP_HEIGHT * size, width / 2
    over, under, middle = y + 6, y - 6 - tall, y - tall / 2
    corners = (
        (x - half, over),
        (x - half, under),
        (x - 7 - width, middle),
        (x - 3, over),
        (x - 3, under),
        (x - half, over + 6),
        (x - half, under - 6),
    )
    return tuple(Box(left, row, left + width, row + tall) for left, row in corners)


def hidden(box: Box, *, under: Iterable[Box]) -> float:
    """Return how much of a box lies over others, as a share of its area."""
    return sum(box.covered(other) for other in under) / box.area


def thinned(boxes: Sequence[Box], *, gap: float = 3.0) -> frozenset[int]:
    """Return which of the boxes, given best first, can stand `gap` pixels apart from each other."""
    kept: dict[int, Box] = {}
    for number, box in enumerate(boxes):
        wide = Box(box.left - gap, box.bottom, box.right + gap, box.top)
        if not any(wide.covered(other) for other in kept.values()):
            kept[number] = box
    return frozenset(kept)


def place(candidates: Iterable[Box], *, frame: Box, taken: Iterable[Box]) -> Box:
    """Return the first candidate in the frame that covers nothing, or the least bad one."""
    obstacles = tuple(taken)
    scored = []
    for box in candidates:
        cost = hidden(box, under=obstacles) + (0 if box.inside(frame) else 100)
        if cost == 0:
            return box
        scored.append((cost, box))
    return min(scored, key=lambda pair: pair[0])[1]
