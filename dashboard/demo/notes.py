"""Notes that fit a patient's course: sober sentences picked by picture, direction and occasion."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

FILE = Path(__file__).with_name("phrases.toml")
TELLING = 2  # points between visits from which a synthetic note speaks of a change
APART = 5  # points since the intake from which it speaks of eating and mood going apart
Tree: TypeAlias = Mapping[str, "Tree | list[str]"]


@dataclass(frozen=True)
class Soap:
    """The four texts of a note."""

    subjective: str
    objective: str
    assessment: str
    plan: str


@dataclass
class Writer:
    """Writes one patient's notes; a sentence comes again only after all others of its kind."""

    picture: str
    rng: random.Random
    waiting: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, *, eating: str, mood: str, is_opposed: bool) -> Soap:
        """Write the note of one visit; `eating` and `mood` say better, same or worse.

        `is_opposed` says that the two went apart since the intake.
        """
        if kind == "intake":
            return self._intake()
        said = (f"lead.{kind}", f"eating.{self.picture}.{eating}", f"mood.{mood}")
        worst = "worse" if "worse" in (eating, mood) else eating
        judged = "assessment.opposed" if is_opposed else f"assessment.{worst}"
        planned = f"plan.{worst}"
        if kind == "urgent":
            judged, planned = "assessment.urgent", "plan.urgent"
        seen = "objective.phone" if kind == "phone" else "objective.video"
        return Soap(" ".join(map(self._next, said)), *map(self._next, (seen, judged, planned)))

    def _intake(self) -> Soap:
        told = f"intake.{self.picture}"
        return Soap(
            f"{self._next('lead.intake')} {self._next(f'{told}.subjective')}",
            self._next("objective.video"),
            self._next(f"{told}.assessment"),
            self._next(f"{told}.plan"),
        )

    def _next(self, path: str) -> str:
        if not self.waiting.get(path):
            sentences = list(_sentences(path))
            self.rng.shuffle(sentences)
            self.waiting[path] = sentences
        return self.waiting[path].pop()


def direction(before: int | None, now: int | None, *, telling: int = TELLING) -> str:
    """Say in one word how a total moved, for the choice of a sentence only."""
    if before is None or now is None or abs(now - before) < telling:
        return "same"
    return "better" if now < before else "worse"


def opposed(first: Mapping[str, int], now: Mapping[str, int]) -> bool:
    """Say whether eating got better since the intake while mood got worse."""
    eating = direction(first.get("edeqs"), now.get("edeqs"), telling=APART)
    mood = direction(first.get("phq9"), now.get("phq9"), telling=APART)
    return (eating, mood) == ("better", "worse")


@lru_cache(maxsize=1)
def _phrases() -> Tree:
    return tomllib.loads(FILE.read_text("utf-8"))


def _sentences(path: str) -> list[str]:
    found: Tree | list[str] = _phrases()
    for step in path.split("."):
        assert not isinstance(found, list)  # noqa: S101 - our own file
        found = found[step]
    assert isinstance(found, list)  # noqa: S101
    return found
