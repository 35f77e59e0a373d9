"""The consent texts: versioned data files that are never edited once they were shipped.

A signed consent names version and digest of its text. A file that is not what `digests.toml` says
stops the program: nobody may be shown another text than the one they agreed to.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from dashboard.clinical.evidence import refuse_bad_mark
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.sections import Section, read

SCHEMA = "consent-text/1"
KETAMINE = "ketamine"


class BadText(ValueError):
    """A consent text is malformed, or was edited after it was shipped."""


class UnknownText(LookupError):
    """There is no consent text of that name, version and language."""


@dataclass(frozen=True)
class TextItem:
    """One part of a text, initialled by itself; `verified` marks how well its facts were read."""

    key: str
    heading: str
    words: tuple[str, ...]
    source: str
    verified: str

    def __post_init__(self) -> None:
        refuse_bad_mark(self.verified)


@dataclass(frozen=True)
class Question:
    """One question asked back, and what the physician listens for."""

    key: str
    question: str
    listen_for: str


@dataclass(frozen=True)
class ConsentText:
    """One version of a text in one language.

    A material version makes everyone sign again; another one is used for new consents only.
    """

    id: str
    version: str
    language: str
    effective_on: dt.date
    is_material: bool
    change_note: str
    title: str
    intro: tuple[str, ...]
    items: tuple[TextItem, ...]
    questions: tuple[Question, ...]
    sha256: str

    @property
    def name(self) -> str:
        """What the file is called: ketamine-2026.1-en."""
        return f"{self.id}-{self.version}-{self.language}"

    def place_of(self, key: str) -> int:
        """Return the number of an item, from 1."""
        return [item.key for item in self.items].index(key) + 1


@cache
def catalogue() -> Mapping[str, ConsentText]:
    """Return every shipped text by name; raises BadText naming the file that does not hold."""
    folder = files(__package__).joinpath("texts")
    digests = tomllib.loads(folder.joinpath("digests.toml").read_text("utf-8"))
    found = {}
    for file, digest in sorted(digests.items()):
        text = read_text(folder.joinpath(file).read_bytes(), file=file, digest=digest)
        found[text.name] = text
    shipped = {one.name for one in folder.iterdir() if one.name.endswith(".toml")}
    if unlisted := sorted(shipped - digests.keys() - {"digests.toml"}):
        raise BadText(f"{', '.join(unlisted)}: not listed in digests.toml")
    return MappingProxyType(found)


def definition(name: str) -> ConsentText:
    """Return one text by name; raises UnknownText."""
    try:
        return catalogue()[name]
    except KeyError:
        raise UnknownText(name) from None


def present(*, on: dt.date, id: str = KETAMINE, language: str = "en") -> ConsentText:
    """Return the text that is signed on a day; raises UnknownText when none is in force yet."""
    in_force = [one for one in versions(id=id, language=language) if one.effective_on <= on]
    if not in_force:
        raise UnknownText(f"{id} in {language} on {on}")
    return in_force[-1]


def is_replaced(text: ConsentText, *, among: Iterable[ConsentText], on: dt.date) -> bool:
    """Whether a later version with a material change is in force on a day, the newest or not."""
    return any(
        one.is_material
        and (one.id, one.language) == (text.id, text.language)
        and (text.effective_on, text.version) < (one.effective_on, one.version)
        and one.effective_on <= on
        for one in among
    )


def versions(*, id: str = KETAMINE, language: str = "en") -> tuple[ConsentText, ...]:
    """Return every version of a text, oldest first."""
    same = (one for one in catalogue().values() if one.id == id and one.language == language)
    return tuple(sorted(same, key=lambda one: (one.effective_on, one.version)))


def read_text(content: bytes, *, file: str, digest: str | None = None) -> ConsentText:
    """Read one text file; raises BadText. `digest` is what it must be, None for a new file."""
    sha256 = hashlib.sha256(content).hexdigest()
    if digest is not None and sha256 != digest:
        raise BadText(f"{file}: was edited after it was shipped; write a new version beside it")
    try:
        table = tomllib.loads(content.decode("utf-8"))
        text = read(Section(table), lambda top: _text(top, sha256=sha256))
    except Misfit as misfit:
        raise BadText(f"{file}: {misfit.at}: {misfit}") from None
    except ValueError as problem:
        raise BadText(f"{file}: {problem}") from None
    if file != f"{text.name}.toml":
        raise BadText(f"{file}: must be called {text.name}.toml")
    return text


def _text(top: Section, *, sha256: str) -> ConsentText:
    if top.text("schema") != SCHEMA:
        raise top.misfit(f"must be {SCHEMA}", "schema")
    effective_on = top.day("effective_on")
    if effective_on is None:
        raise top.misfit("is missing", "effective_on")
    text = ConsentText(
        id=top.text("id"),
        version=top.text("version"),
        language=top.text("language"),
        effective_on=effective_on,
        is_material=top.flag("material"),
        change_note=top.text("change_note"),
        title=top.text("title"),
        intro=top.names("intro"),
        items=top.build_all("item", _item),
        questions=top.build_all("teach_back", _question),
        sha256=sha256,
    )
    for place, keys in (
        ("item", [item.key for item in text.items]),
        ("teach_back", [question.key for question in text.questions]),
    ):
        if not keys or len(set(keys)) != len(keys):
            raise top.misfit("is empty, or holds a key twice", place)
    return text


def _item(section: Section) -> TextItem:
    return TextItem(
        key=section.text("key"),
        heading=section.text("heading"),
        words=_paragraphs(section),
        source=section.text("source"),
        verified=section.text("verified"),
    )


def _paragraphs(section: Section) -> tuple[str, ...]:
    words = section.names("words")
    if not words or not all(one.strip() for one in words):
        raise section.misfit("must hold at least one paragraph, none empty", "words")
    return words


def _question(section: Section) -> Question:
    return Question(
        key=section.text("key"),
        question=section.text("question"),
        listen_for=section.text("listen_for"),
    )
