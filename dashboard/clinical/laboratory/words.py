"""Words that laboratories write where a number could stand, and what they call a status or flag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from dashboard.clinical.laboratory.shipped import lists, shipped, texts
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.sections import Section

FILE = "words-1.toml"
STATUSES = ("final", "corrected", "preliminary", "withdrawn")
MARKING = ("low", "high", "abnormal", "critical", "marked")
SIDES: Mapping[str, str] = MappingProxyType({"high": "H", "low": "L"})
MARKS: Mapping[str, str] = MappingProxyType(
    {"LL": "critically low", "HH": "critically high", "LOW": "low", "HIGH": "high"}
    | {"CRIT": "critical", "CRITICAL": "critical", "CRITICALLY": "critical", "PANIC": "critical"}
    | {"ABNORMAL": "abnormal"}
)
NOT = frozenset({"NO", "NOT", "NON", "NORMAL", "WITHIN"})
ANSWERS = ("negative", "positive", "indeterminate", "yes", "no", "unsure", "no_result")


@dataclass(frozen=True)
class Words:
    """What the words of a report mean."""

    answers: Mapping[str, str]  # "hemolyzed" -> "no_result", "pos" -> "positive"
    flags: Mapping[str, str]  # "HH" -> "critically high"
    statuses: Mapping[str, tuple[str, str]]  # "W" -> ("withdrawn", "wrong, for instance ...")

    def answer(self, printed: str) -> str | None:
        """Return what a word in the place of a value means; None when it is not known."""
        return self.answers.get(plain(printed))

    def is_flag(self, printed: str) -> bool:
        """Whether this is how laboratories flag a result."""
        return flag_key(printed) in self.flags

    def mark(self, printed: str) -> str:
        """Return what a flag marks a result as: HH, LL, AA, H, L or A; "" where it marks nothing.

        A flag in words that are not known as a whole marks by its words: "Critical value".
        """
        told = flag_key(printed)
        meaning = self.flags.get(told) or _meaning(told)
        if not any(word in meaning for word in MARKING):
            return ""
        side = next((sign for word, sign in SIDES.items() if word in meaning), "")
        is_critical = "critical" in meaning
        return (side or "A") * (2 if is_critical else 1)

    def status(self, printed: str) -> tuple[str, str] | None:
        """Return what a status code means, and in plain words; None when it is not known."""
        return self.statuses.get(printed.strip())


@cache
def words() -> Words:
    """Return the words that come with the program."""
    return shipped(FILE, read_words)


def read_words(section: Section) -> Words:
    """Read the file; raise `Misfit` when one word means two things."""
    section.text("version"), section.text("source")
    answers: dict[str, str] = {}
    for meaning in ANSWERS:
        for word in section.names(meaning):
            if answers.setdefault(plain(word), meaning) != meaning:
                raise Misfit(f'"{word}" means two things', at=meaning)
    return Words(
        answers=MappingProxyType(answers),
        flags=texts(section, "flags"),
        statuses=MappingProxyType(_statuses(section)),
    )


def flag_key(printed: str) -> str:
    """Return a flag as flags are compared: in capitals, one blank between words."""
    return " ".join(printed.upper().split()).strip(".:")


def _meaning(told: str) -> str:
    """Return the words of a flag that mark a result; none where it says that it is not so."""
    found = re.findall(r"[A-Z]+", told)
    if NOT.intersection(found):
        return ""
    return " ".join(MARKS[one] for one in found if one in MARKS)


def plain(word: str) -> str:
    """Return a word without case, outer blanks and closing full stop."""
    return " ".join(word.casefold().split()).strip(" .")


def _statuses(section: Section) -> dict[str, tuple[str, str]]:
    found = {}
    for code, told in lists(section, "statuses").items():
        if len(told) != 2 or told[0] not in STATUSES:
            raise Misfit(
                f"is one of {', '.join(STATUSES)}, and a plain word", at=f"statuses.{code}"
            )
        found[code] = (told[0], told[1])
    return found
