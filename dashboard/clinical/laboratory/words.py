"""Words that laboratories write where a number could stand, and what they call a status or flag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from dashboard.clinical.laboratory.shipped import lists, shipped, texts
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.sections import Section

FILE = "words-1.toml"
STATUSES = ("final", "corrected", "preliminary", "withdrawn")
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
        return printed.strip().upper() in self.flags

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
