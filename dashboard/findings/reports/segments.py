"""HL7 v2 text in messages, segments and fields; `hl7` splits, escapes are ours.

The header, the separators and their number are checked first, so that nothing reaches the splitter
that it cannot take.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hl7 import Segment as SplitSegment
from hl7 import parse

from dashboard.findings.reports.cells import LINE_END
from dashboard.findings.reports.model import Unreadable
from dashboard.findings.reports.text import HIDDEN, checked, short

MOST_MARKS = 120_000  # separators in a message; 2,000 results with notes have about 70,000
WRAPPERS = frozenset({"FHS", "FTS", "BHS", "BTS"})
SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
NO_MESSAGE = "This is no HL7 message: it must begin with a header segment (MSH)."


@dataclass(frozen=True)
class Marks:
    """The separators of one message, as its header declares them."""

    field: str
    component: str
    repetition: str
    escape: str
    part: str

    @property
    def escapes(self) -> dict[str, str]:
        """What stands for each separator within a text."""
        return {
            "F": self.field, "S": self.component, "R": self.repetition,
            "E": self.escape, "T": self.part, "H": "", "N": "",
            ".br": "\n", ".sp": "\n", ".ce": "\n", ".fi": "", ".nf": "",
        }  # fmt: skip


@dataclass(frozen=True)
class Segment:
    """One segment: its name, its line in the file, its fields."""

    name: str
    line: int
    fields: SplitSegment
    marks: Marks

    def field(self, number: int) -> list[list[str]]:
        """Return the repetitions of a field, each as its components; empty where there is none."""
        if number >= len(self.fields):
            return []
        repetitions = self.fields[number]
        if isinstance(repetitions, str):
            return [[self._plain(repetitions)]]
        return [self._components(one) for one in repetitions]

    def text(self, number: int, component: int = 1) -> str:
        """Return one component of the first repetition of a field; empty where there is none."""
        told = self.field(number)
        if not told or component > len(told[0]):
            return ""
        return told[0][component - 1].strip()

    def _components(self, repetition: object) -> list[str]:
        if isinstance(repetition, str):
            return [self._plain(repetition)]
        if not isinstance(repetition, Sequence):
            return []
        return [self._plain(str(one)) for one in repetition]

    def _plain(self, text: str) -> str:
        """Return a text with its escapes resolved; one that is not known stays as it stands."""
        mark = self.marks.escape
        if not mark or mark not in text:
            return text
        pattern = re.escape(mark) + r"([^" + re.escape(mark) + r"]{1,40})" + re.escape(mark)
        return re.sub(pattern, self._escaped, text)

    def _escaped(self, found: re.Match[str]) -> str:
        code = found[1]
        told = self.marks.escapes.get(re.sub(r"\d+$", "", code) if code[0] == "." else code)
        if told is not None:
            return told
        if re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", code):
            shown = bytes.fromhex(code[1:]).decode("utf-8", "replace")
            return "".join(one if one.isprintable() else HIDDEN for one in shown)
        return found[0]


def messages(text: str) -> tuple[tuple[Segment, ...], ...]:
    """Return the messages of a text, each as its segments; raise `Unreadable` with the line."""
    told: list[list[tuple[int, str]]] = []
    for number, line in enumerate(LINE_END.split(checked(text)), 1):
        name = line[:3]
        if not line.strip() or (name in WRAPPERS and not told) or name in {"FTS", "BTS"}:
            continue
        if name == "MSH":
            told.append([])
        elif name in WRAPPERS:
            continue
        if not told:
            raise Unreadable(NO_MESSAGE)
        told[-1].append((number, line.strip("\v\x1c ")))
    if not told:
        raise Unreadable(NO_MESSAGE)
    return tuple(_segments(lines) for lines in told)


def _segments(lines: Sequence[tuple[int, str]]) -> tuple[Segment, ...]:
    marks = _marks(*lines[0])
    _refuse_crowd(lines, marks)
    for number, line in lines:
        if not SEGMENT.fullmatch(line[:3]) or line[3:4] not in {"", marks.field}:
            raise Unreadable(
                f"Line {number} is no HL7 segment: it begins with {short(line[:12])}. "
                "Was the message broken into lines when it was copied?"
            )
    split = parse("\r".join(line for _, line in lines))
    return tuple(
        Segment(line[:3], number, fields, marks)
        for (number, line), fields in zip(lines, split, strict=True)
    )


def _marks(number: int, header: str) -> Marks:
    """Read the separators that a header declares; raise `Unreadable` where it cannot be."""
    field = header[3:4]
    encoding = header[4:].split(field)[0] if field else ""
    marks = [field, *encoding[:4]]
    is_sound = len(marks) == 5 and len(set(marks)) == 5 and len(encoding) in {4, 5}
    if not is_sound or any(
        mark.isalnum() or not mark.isprintable() or mark == " " for mark in marks
    ):
        raise Unreadable(
            f"Line {number}: the header does not declare its separators (MSH|^~\\& and so on)."
        )
    return Marks(field, encoding[0], encoding[1], encoding[2], encoding[3])


def _refuse_crowd(lines: Sequence[tuple[int, str]], marks: Marks) -> None:
    separators = (marks.field, marks.component, marks.repetition, marks.part)
    crowd = sum(line.count(mark) for _, line in lines for mark in separators) + len(lines)
    if crowd > MOST_MARKS:
        raise Unreadable(
            f"Line {lines[0][0]}: the message has more fields than any laboratory report."
        )
