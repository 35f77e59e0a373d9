"""The questionnaires these tests speak of: the shipped ones, and scoring keys without any text."""

from functools import cache
from pathlib import Path

from dashboard.clinical.instruments import Instrument, catalogue, load

KEYS = Path(__file__).parent / "definitions"


def shipped(name: str) -> Instrument:
    """Return a shipped instrument."""
    return catalogue()[name]


@cache
def scoring_keys() -> tuple[Instrument, ...]:
    """Return every test-only scoring key; loading one proves its worked examples."""
    return tuple(load(path) for path in sorted(KEYS.glob("*.toml")))


def everything() -> list[Instrument]:
    """Return shipped instruments and scoring keys."""
    return [*catalogue().values(), *scoring_keys()]


def all_answered(instrument: Instrument, value: int, **but: int | None) -> dict[str, int | None]:
    """Answer every item alike, but for those named as `q3=2`; None leaves one blank."""
    answers: dict[str, int | None] = dict.fromkeys(instrument.items_by_id, value)
    return answers | {name.removeprefix("q"): answer for name, answer in but.items()}
