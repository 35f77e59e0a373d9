"""Which kind of finding a result is, by its printed name and by its LOINC code.

Names are compared as sets of whole words, codes exactly. What could be two kinds stays a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from dashboard.clinical.laboratory.shipped import shipped, texts
from dashboard.clinical.loinc import refuse_bad_code
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.sections import Section, read

FILE = "results-1.toml"
WORD = re.compile(r"[a-z0-9]+|[%#]")
LONGEST = 200  # characters of a name that are looked at; no laboratory prints a longer one
Name = frozenset[str]
Key = TypeVar("Key", Name, str)


@dataclass(frozen=True)
class Meaning:
    """What a name or a code stands for: one kind, several possible ones, or none that is kept.

    `not_kept` is why a known result is no finding of a chart; None when nothing is known of it.
    """

    kind: str | None = None
    possible: tuple[str, ...] = ()
    not_kept: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether the files say anything of it."""
        return self.kind is not None or bool(self.possible) or self.not_kept is not None


@dataclass(frozen=True)
class Results:
    """The names and codes of one file."""

    names: Mapping[Name, Meaning]
    codes: Mapping[str, Meaning]
    systolic: Mapping[str, str]
    diastolic: Mapping[str, str]
    specimens: frozenset[str]
    others: frozenset[str]
    urine: frozenset[str]

    def named(self, printed: str) -> Meaning:
        """Return what a printed name stands for, with or without the words for the specimen."""
        name = words_of(printed)
        return self.names.get(name) or self.names.get(name - self.specimens) or Meaning()

    def coded(self, code: str) -> Meaning:
        """Return what a LOINC code stands for."""
        return self.codes.get(code.strip(), Meaning())

    def disagree(self, codes: Iterable[str]) -> bool:
        """Whether codes of one result stand for different ones."""
        known = [self.coded(code) for code in codes]
        return len({(one.kind, one.not_kept) for one in known if one.is_known}) > 1

    def is_of_another_specimen(self, text: str) -> bool:
        """Whether a heading or a specimen says that this is not of the blood: "Urinalysis"."""
        return bool(words_of(text) & self.others)

    def is_of_blood(self, text: str) -> bool:
        """Whether a specimen says that this is of the blood: "Serum", "Whole blood"."""
        told = words_of(text)
        return bool(told & self.specimens) and not told & self.others

    def is_urine(self, text: str) -> bool:
        """Whether a heading or a specimen says that this is of the urine."""
        return bool(words_of(text) & self.urine)


@dataclass
class _Draft:
    names: dict[Name, Meaning] = field(default_factory=dict)
    codes: dict[str, Meaning] = field(default_factory=dict)


@cache
def results() -> Results:
    """Return the names and codes that come with the program."""
    return shipped(FILE, read_results)


def words_of(printed: str) -> Name:
    """Return the words of a name, as they are compared."""
    told = unicodedata.normalize("NFKC", printed[:LONGEST]).casefold()
    return frozenset(WORD.findall(told))


def read_results(section: Section) -> Results:
    """Read the file; raise `Misfit` at a name or a code that would mean two things."""
    section.text("version"), section.text("source")
    draft = _Draft()
    section.build_all("result", lambda row: _take_result(row, draft))
    section.build_all("not_kept", lambda row: _take_not_kept(row, draft))
    systolic, diastolic = read(section.section("pressure"), _pressure)
    return Results(
        names=draft.names,
        codes=draft.codes,
        systolic=systolic,
        diastolic=diastolic,
        specimens=frozenset(section.names("specimens")),
        others=frozenset(section.names("others")),
        urine=frozenset(section.names("urine")),
    )


def _take_result(row: Section, draft: _Draft) -> None:
    kind = row.text("kind")
    row.text("verified")
    _add(draft.names, map(words_of, row.names("names")), Meaning(kind), row)
    _add(draft.codes, _codes(row, "loinc"), Meaning(kind), row)
    _add_possible(draft.names, map(words_of, row.names("unsure")), kind, row)
    _add_possible(draft.codes, _codes(row, "unsure_loinc"), kind, row)


def _take_not_kept(row: Section, draft: _Draft) -> None:
    why = row.raw("because")
    if not isinstance(why, str):
        raise row.misfit("must be a text", "because")
    _add(draft.names, map(words_of, row.names("names")), Meaning(not_kept=why), row)
    _add(draft.codes, _codes(row, "loinc"), Meaning(not_kept=why), row)


def _codes(row: Section, key: str) -> tuple[str, ...]:
    codes = row.names(key)
    for code in codes:
        try:
            refuse_bad_code(code)
        except ValueError as error:
            raise row.misfit(str(error), key) from None
    return codes


def _add(found: dict[Key, Meaning], keys: Iterable[Key], meaning: Meaning, row: Section) -> None:
    for key in keys:
        if not key or found.setdefault(key, meaning) != meaning:
            raise Misfit(f"{_told(key)} stands for two results", at=row.at)


def _add_possible(found: dict[Key, Meaning], keys: Iterable[Key], kind: str, row: Section) -> None:
    for key in keys:
        before = found.get(key)
        if before is not None and not before.possible:
            raise Misfit(f"{_told(key)} stands for two results", at=row.at)
        others: tuple[str, ...] = before.possible if before is not None else ()
        found[key] = Meaning(possible=(*others, kind))


def _pressure(section: Section) -> tuple[Mapping[str, str], Mapping[str, str]]:
    return texts(section, "systolic"), texts(section, "diastolic")


def _told(key: object) -> str:
    return " ".join(sorted(key)) if isinstance(key, frozenset) else str(key)
