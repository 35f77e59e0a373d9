"""What differs between two texts of a plan, in words: "Dose: 150 mg to 200 mg", "Goal added: …"."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dashboard.clinical.plan_templates import WEIGHT
from dashboard.plans import saying
from dashboard.plans.content import Goal, PlanContent, RolePart
from dashboard.plans.saying import Part

NOTHING = "nothing"
WEIGHT_CHANGED = "another target weight, hidden"
ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class Change:
    """One thing that differs; `before` is empty for what was added, `after` for what was removed.

    `label` begins the sentence: "Dose", "Goal added", "Role taken out: Dietitian".
    """

    label: str
    before: str = ""
    after: str = ""

    @property
    def words(self) -> str:
        """The change as one sentence."""
        if self.label.endswith((" added", " taken out")):
            return f"{self.label}: {self.after or self.before}"
        return f"{self.label}: {self.before or NOTHING} to {self.after or NOTHING}"


def changes(
    before: PlanContent, after: PlanContent, *, shows_weight: bool = False
) -> tuple[Change, ...]:
    """Return what differs, in the order of the plan; nothing for two texts that say the same.

    Target weights are compared, and told in numbers only when weights are shown.
    """
    rows = {
        "Goals": lambda: _goals(before, after, shows_weight=shows_weight),
        "Who does what": lambda: _roles(before, after),
    }
    found: list[Change] = []
    for old, new in zip(saying.parts(before), saying.parts(after), strict=True):
        found += rows[new.title]() if new.title in rows else _lines(old, new)
    return tuple(found)


def _lines(old: Part, new: Part) -> Iterator[Change]:
    left = {line.label: line.words for line in old.lines}
    right = {line.label: line.words for line in new.lines}
    for label in dict.fromkeys((*left, *right)):
        if left.get(label, "") != right.get(label, ""):
            yield Change(label, left.get(label, ""), right.get(label, ""))


def _goals(before: PlanContent, after: PlanContent, *, shows_weight: bool) -> Iterator[Change]:
    keys: list[Callable[[Goal], Hashable]] = [
        lambda one: one, lambda one: (one.words, one.measure), lambda one: one.measure or None,
        lambda one: one.words or None,
    ]  # fmt: skip
    for old, new in _paired(before.goals, after.goals, keys):
        if old is not None and new is not None:
            if old != new:
                yield from _changed_goal(old, new, shows_weight=shows_weight)
        else:
            told = [_goal(one, shows_weight) for one in (old, new) if one is not None]
            yield _one_sided("Goal", told, is_new=old is None)


def _changed_goal(old: Goal, new: Goal, *, shows_weight: bool) -> Iterator[Change]:
    left, right = _goal(old, shows_weight), _goal(new, shows_weight)
    name = new.words or old.words or "not in words yet"
    if left != right:
        yield Change(f"Goal “{name}”", left, right)
    is_hidden = new.measure == WEIGHT == old.measure and not shows_weight
    if is_hidden and old.target != new.target and left == right:
        yield Change(f"Goal “{name}”", left, f"{saying.goal(new)}: {WEIGHT_CHANGED}")


def _goal(one: Goal, shows_weight: bool) -> str:
    said = (f"“{one.words}”" if one.words else "", saying.goal(one, shows_weight=shows_weight))
    return ", ".join(text for text in said if text)


def _roles(before: PlanContent, after: PlanContent) -> Iterator[Change]:
    keys: list[Callable[[RolePart], Hashable]] = [
        lambda one: one, lambda one: one.role or None, lambda one: one.name or None,
    ]  # fmt: skip
    for old, new in _paired(before.roles, after.roles, keys):
        if old is None or new is None:
            told = [_role(one) for one in (old, new) if one is not None]
            yield _one_sided("Role", told, is_new=old is None)
        elif old != new:
            yield Change(f"Role “{new.role or old.role}”", _role(old), _role(new))


def _role(one: RolePart) -> str:
    return ", ".join(text for text in (one.role, saying.role(one)) if text)


def _one_sided(kind: str, told: Sequence[str], *, is_new: bool) -> Change:
    words = told[0] or NOTHING
    return Change(f"{kind} added", "", words) if is_new else Change(f"{kind} taken out", words)


def _paired(
    before: Sequence[ItemT],
    after: Sequence[ItemT],
    keys: Sequence[Callable[[ItemT], Hashable]],
) -> Iterator[tuple[ItemT | None, ItemT | None]]:
    """Pair items by the first key that they share; what has no partner stands alone."""
    left, partner = list(range(len(before))), dict[int, int]()
    for key in keys:
        for at, new in enumerate(after):
            wanted = key(new)
            if at in partner or wanted is None:
                continue
            found = next((old for old in left if key(before[old]) == wanted), None)
            if found is not None:
                left.remove(found)
                partner[at] = found
    yield from ((before[old], None) for old in left)
    for at, new in enumerate(after):
        yield (before[partner[at]] if at in partner else None), new
