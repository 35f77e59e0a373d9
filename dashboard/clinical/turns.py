"""Whose turn it is when a check-in would grow too long, and in which order questions come.

Those left out longest go first, so nobody is left out for ever; a questionnaire that asks about a
danger counts as if it had waited once already.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.clinical.definition import Instrument

MOST_QUESTIONS = 40  # in one check-in: clinical reference, C 1
ORDER_OF_ASKING = (  # the eating disorder first; the others follow
    "edeq6",
    "edeqs",
    "ed15",
    "edeq7",
    "cia3",
    "eat26",
    "bes",
    "scoff",
    "counts_weekly",
    "counts_daily",
    "phq9",
    "gad7",
)


@dataclass(frozen=True)
class Choice:
    """What one day asks: check-ins in their order, and what had to wait."""

    check_ins: tuple[tuple[str, ...], ...]
    waiting: tuple[str, ...]


def choose(
    due: Iterable[str],
    *,
    instruments: Mapping[str, Instrument],
    waited: Mapping[str, int],
    most: int = MOST_QUESTIONS,
) -> Choice:
    """Choose what a day asks; `waited` counts how often in a row each was left out.

    One that must follow another directly is asked with it, and when both together are too long,
    in a check-in of its own right after it.
    """
    ids = sorted(set(due))
    turns = sorted(
        (one for one in ids if instruments[one].administration.after not in ids),
        key=lambda one: _turn(instruments[one], waited.get(one, 0)),
    )
    main: list[str] = []
    waiting: list[str] = []
    extra: list[tuple[str, ...]] = []
    left = most
    for one in turns:
        together = _with_followers(one, ids, instruments)
        is_too_long = _questions(together, instruments) > most
        unit = [one] if is_too_long else together
        if _questions(unit, instruments) > left:
            waiting += together
            continue
        main += unit
        left -= _questions(unit, instruments)
        if is_too_long:
            extra += [(other,) for other in together[1:]]
    check_ins = [in_order(main, instruments), *extra] if main else []
    return Choice(tuple(check_ins), tuple(sorted(waiting)))


def in_order(ids: Iterable[str], instruments: Mapping[str, Instrument]) -> tuple[str, ...]:
    """Return the order of asking: eating disorder first, and each follower right after its own."""
    ranked = sorted(ids, key=_rank)
    leading = [one for one in ranked if instruments[one].administration.after not in ranked]
    return tuple(other for one in leading for other in _with_followers(one, ranked, instruments))


def asks_about_danger(instrument: Instrument) -> bool:
    """Say whether an answer to it can raise an alarm by itself."""
    return bool(instrument.safety)


def _with_followers(
    one: str, ids: Iterable[str], instruments: Mapping[str, Instrument]
) -> list[str]:
    rest = [other for other in ids if other != one]
    followers = [other for other in rest if instruments[other].administration.after == one]
    return [
        one,
        *(last for other in followers for last in _with_followers(other, rest, instruments)),
    ]


def _turn(instrument: Instrument, waited: int) -> tuple[int, bool, tuple[int, str]]:
    is_safety = asks_about_danger(instrument)
    return -(waited + is_safety), not is_safety, _rank(instrument.id)


def _rank(instrument_id: str) -> tuple[int, str]:
    known = ORDER_OF_ASKING
    place = known.index(instrument_id) if instrument_id in known else len(known)
    return place, instrument_id


def _questions(ids: Iterable[str], instruments: Mapping[str, Instrument]) -> int:
    return sum(len(instruments[one].items) for one in ids)
