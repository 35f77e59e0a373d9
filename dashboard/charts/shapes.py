"""Places and shapes in the fewest words that keep them exact to a tenth of a pixel across.

A page carries every point of a patient at two widths, so what says a point is kept short, and in
an order in which the same point at the other width differs in one number only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_STEP = re.compile(r"([MLzZ])(?: (-?[\d.]+) (-?[\d.]+))?")
_SPACES = re.compile(r"\s+")
SAME = 0.005  # px; a line is upright or level when its ends differ by less
_CURVED = re.compile("[A-KN-Ya-y]")


def tenth(value: str) -> str:
    """Round a place in time to a tenth of a pixel."""
    return _tenth(float(value))


def shortened(value: str) -> str:
    """Round every number in a value to two decimals."""
    return _LONG_NUMBER.sub(lambda match: _hundredth(float(match[0])), value)


def _hundredth(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def path(value: str) -> str:
    """Return a path with at most two decimals; one of straight lines in steps from its starts."""
    if _CURVED.search(value):
        return shortened(_SPACES.sub(" ", value).strip())
    said: list[str] = []
    trace = _Trace()
    for command, x, y in _STEP.findall(value):
        said.append("z" if command in "zZ" else trace.to(command, float(x), float(y)))
    return "".join(said)


@dataclass
class _Trace:
    """Where a path has come to: as drawn, and as a reader of the rounded steps has it."""

    at: tuple[float, float] = (0.0, 0.0)
    read: tuple[float, float] = (0.0, 0.0)

    def to(self, command: str, x: float, y: float) -> str:
        """Return the next move or line; a slanted line makes good what rounding has lost."""
        before, self.at = self.at, (x, y)
        if command == "M":
            self.read = round(x, 1), round(y, 2)
            return f"M{_tenth(x)}{_apart(_hundredth(y))}"
        if abs(x - before[0]) < SAME:
            self._step(0, y - before[1])
            return f"v{_hundredth(y - before[1])}"
        if abs(y - before[1]) < SAME:
            across = x - self.read[0]
            self._step(round(across, 1), 0)
            return f"h{_tenth(across)}"
        across, up = round(x - self.read[0], 1), round(y - self.read[1], 1)
        self._step(across, up)
        return f"l{_tenth(across)}{_apart(_tenth(up))}"

    def _step(self, across: float, up: float) -> None:
        self.read = self.read[0] + across, self.read[1] + up


def _apart(number: str) -> str:
    """Return a number as it follows another."""
    return number if number.startswith("-") else f" {number}"


def _tenth(number: float) -> str:
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class Symbol:
    """A marker's shape around its own middle: a circle by its `radius`, else `steps` from there."""

    radius: str
    steps: str

    @classmethod
    def of(cls, marker: str) -> Symbol:
        """Return the symbol of a marker path; the only curved marker is the circle."""
        if _CURVED.search(marker):
            _, height = _STEP.findall(marker)[0][1:]
            return cls(_hundredth(abs(float(height))), "")
        return cls("", _steps(marker))

    def at(self, x: str, y: str, inside: str) -> str:
        """Return the symbol at a place, as an element around what is inside it."""
        x, y = tenth(x), shortened(y)
        if self.radius:
            return f'<circle r="{self.radius}" cy="{y}" cx="{x}">{inside}</circle>'
        return f'<path d="M{x} {y}{self.steps}">{inside}</path>'


def _steps(marker: str) -> str:
    """Return a marker of straight lines as steps from its middle."""
    said, last, start = [], (0.0, 0.0), (0.0, 0.0)
    for command, x, y in _STEP.findall(marker):
        if command in "zZ":
            said.append("z")
            last = start
            continue
        at = float(x), float(y)
        across, down = (_hundredth(now - before) for now, before in zip(at, last, strict=True))
        said.append(f"{command.lower()}{across}{_apart(down)}")
        last = at
        start = at if command == "M" else start
    return "".join(said)


def quoted(name: str, value: str) -> str:
    """Return an attribute of geometry as a quoted value."""
    if name == "x":
        return quoteattr(tenth(value))
    return quoteattr(path(value) if name == "d" else shortened(value))
