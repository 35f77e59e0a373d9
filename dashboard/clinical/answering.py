"""Answers before they are scored: which can be one, which are declined, which are not asked."""

import reprlib
from collections.abc import Mapping, Set

from dashboard.clinical.definition import Instrument
from dashboard.clinical.items import Item
from dashboard.clinical.logic import NOTHING, holds

LONGEST_QUOTE = 40


class BadAnswer(ValueError):
    """An answer not on the scale, or not of this instrument; `item` is cut at 40 letters."""

    def __init__(self, item: str, why: str) -> None:
        super().__init__(why)
        self.item = item[:LONGEST_QUOTE]


def asks(
    instrument: Instrument,
    item_id: str,
    answers: Mapping[str, int | None],
    *,
    declined: Set[str] = NOTHING,
) -> bool | None:
    """Say whether an item is to be asked after these answers; KeyError for an unknown one.

    False behind a closed gate. None while the answers before it leave that open: ask then,
    because a question too many is better than a danger not asked about.
    """
    instrument.item(item_id)
    given = checked(instrument, answers)
    refuse_wrong_declines(instrument, given, declined)
    known, _ = through_gates(instrument, given, declined)
    facts = {name: item.raw(known[name]) for name, item in instrument.items_by_id.items()}
    closed = [
        holds(gate.closed_when, facts, declined=declined)
        for gate in instrument.gates
        if item_id in gate.then
    ]
    if True in closed:
        return False
    return None if None in closed else True


def checked(instrument: Instrument, answers: Mapping[str, int | None]) -> dict[str, int | None]:
    """Return every item's answer, None for a blank; BadAnswer for what cannot be one."""
    for name in answers:
        if name not in instrument.items_by_id:
            raise BadAnswer(str(name), f"{instrument.short} has no item {_said(str(name))}")
    for name, item in instrument.items_by_id.items():
        value = answers.get(name)
        if value is not None and (type(value) is not int or not item.accepts(value)):
            raise BadAnswer(
                name,
                f'{instrument.short} item "{name}": {_said(value)} is not an answer, '
                f"{_range_words(item)}",
            )
    return {name: answers.get(name) for name in instrument.items_by_id}


def refuse_wrong_declines(
    instrument: Instrument, given: Mapping[str, int | None], declined: Set[str]
) -> None:
    """Raise BadAnswer for an item that cannot be declined, or was answered as well."""
    for name in sorted(declined):
        if name not in given:
            raise BadAnswer(str(name), f"{instrument.short} has no item {_said(str(name))}")
        if not instrument.item(name).allow_decline:
            raise BadAnswer(name, f'{instrument.short} item "{name}" cannot be declined')
        if given[name] is not None:
            raise BadAnswer(name, f'{instrument.short} item "{name}": both answered and declined')


def _said(value: object) -> str:
    """Quote what was given, but never a page of it, and no control characters."""
    if type(value) is int:
        return str(value) if abs(value) < 10**6 else "that number"
    if not isinstance(value, str):
        return reprlib.repr(value)
    letters = (one if one.isprintable() else f"\\u{ord(one):04x}" for one in value[:LONGEST_QUOTE])
    return f'"{"".join(letters)}"'


def _range_words(item: Item) -> str:
    values = sorted(item.scale.values)
    if values == list(range(item.lowest, item.highest + 1)):
        return f"{item.lowest} to {item.highest} are"
    return f"{', '.join(map(str, values))} are"


def through_gates(
    instrument: Instrument,
    given: Mapping[str, int | None],
    declined: Set[str],
) -> tuple[dict[str, int | None], list[str]]:
    """Give blanks behind closed gates their value, and report answers that contradict a gate."""
    known, notes = dict(given), []
    for gate in instrument.gates:
        facts = {name: instrument.item(name).raw(known[name]) for name in gate.asked_of}
        if gate.value is None or not holds(gate.closed_when, facts, declined=declined):
            continue
        for name in gate.then:
            if known[name] is None and name not in declined:
                known[name] = gate.value
            elif known[name] not in (None, gate.value):
                asked = " and ".join(f"item {other}" for other in sorted(facts))
                notes.append(f"Item {name} is answered, although {asked} says it does not apply.")
    return known, notes
