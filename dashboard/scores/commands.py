"""Scoring on the command line: answers in, scores out, one JSON object a line, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, TypeAlias

import click

from dashboard.clinical.instruments import (
    BadAnswer,
    Instrument,
    Result,
    Score,
    every_shipped,
    score,
)

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


class BadLine(ValueError):
    """A line that cannot be scored; the text names what is wrong with it."""


@dataclass(frozen=True)
class _NoNumber:
    """What stands in a number's place and is none: NaN, Infinity, more digits than can be read."""

    words: str


@click.command("score")
@click.argument("instrument")
@click.option(
    "--answers", "lines", type=click.File("rb"), required=True,
    help="A file with one JSON object a line, {\"answers\": {ITEM: NUMBER or null}}; - is stdin.",
)  # fmt: skip
def score_answers(instrument: str, lines: BinaryIO) -> None:
    """Score filled-in forms of an INSTRUMENT such as phq9, optional packs as well.

    Items are named by their published numbers; null, or an item left out, is a blank. Whole
    scores are printed as whole numbers, others as the nearest double of the exact fraction.
    Lines are scored one by one: at the first that is wrong the command stops with exit code 2,
    and what was printed before stands.
    """
    found = every_shipped().get(instrument)
    if found is None:
        known = ", ".join(every_shipped())
        raise click.UsageError(f"there is no instrument {instrument!r}; there are {known}")
    out = sys.stdout
    try:
        for line in scored(found, lines):
            out.write(f"{line}\n")
    except BadLine as trouble:
        out.flush()
        click.echo(str(trouble), err=True)
        sys.exit(2)
    out.flush()


def scored(instrument: Instrument, lines: Iterable[bytes]) -> Iterator[str]:
    """Yield the result of every line as JSON; BadLine names line and item of the first trouble."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            answers, declined = _form(instrument, line)
            result = score(instrument, answers, declined=declined)
        except ValueError as trouble:
            where = f", item {trouble.item!r}" if isinstance(trouble, BadAnswer) else ""
            raise BadLine(f"line {number}{where}: {trouble}") from None
        yield json.dumps(_plain(result))


def _form(instrument: Instrument, line: bytes) -> tuple[Mapping[str, int | None], frozenset[str]]:
    """Read one line; ValueError says what it lacks. Values are judged by the scoring itself."""
    try:
        form = json.loads(
            line.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_constant=_NoNumber,
            parse_int=_whole,
        )
    except RecursionError:
        raise ValueError("is not JSON that can be read: nested too deep") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as trouble:
        raise ValueError(f"is not JSON: {trouble}") from None
    if not isinstance(form, dict) or not isinstance(form.get("answers"), dict):
        raise ValueError('must be an object {"answers": {ITEM: NUMBER or null}}')
    for key, mine in (("instrument", instrument.id), ("version", instrument.version)):
        if form.get(key, mine) != mine:
            raise ValueError(f"the answers are of another {key}, not of {mine}")
    return form["answers"], _declined(form.get("declined", []))


def _declined(raw: object) -> frozenset[str]:
    if not isinstance(raw, list) or not all(isinstance(name, str) for name in raw):
        raise ValueError('"declined" must be a list of items')
    return frozenset(raw)


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; BadAnswer names an item given twice, or whose value is no number."""
    for name, value in pairs:
        if isinstance(value, _NoNumber):
            raise BadAnswer(name, f"{value.words} is not a number that can be read")
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadAnswer(twice[:40], f"{twice[:40]!r} is given twice")
    return made


def _whole(digits: str) -> object:
    try:
        return int(digits)
    except ValueError:
        return _NoNumber(f"a row of {len(digits)} digits")


def _plain(result: Result) -> dict[str, Plain]:
    return {
        "instrument": result.instrument.id,
        "version": result.instrument.version,
        "scores": {name: _plain_score(made) for name, made in result.scores.items()},
        "rules": dict(result.rules),
        "safety": [
            {"id": one.id, "status": one.status.value, "level": one.level and one.level.value}
            for one in result.safety
        ],
    }


def _plain_score(made: Score) -> Plain:
    return {
        "value": None if made.value is None else _number(made.value),
        "lo": _number(made.lo),
        "hi": _number(made.hi),
        "answered": made.n_answered,
        "prorated": made.prorated,
        "band": made.band.id if made.band else None,
    }


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)
