"""Worked examples inside a definition file: it is refused unless it reproduces every one."""

from collections.abc import Sequence
from fractions import Fraction

from dashboard.clinical.answering import BadAnswer
from dashboard.clinical.definition import Instrument, Vector
from dashboard.clinical.exact import exact_text
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.reading_scores import expand
from dashboard.clinical.scoring import Result, SafetyOutcome, score
from dashboard.clinical.sections import Section

CANNOT_TELL = "cannot tell"
NO_VALUE = "none"


def vector_of(section: Section, *, known: Sequence[str]) -> Vector:
    """Read one of `[[tests]]`; `all` answers whatever is not named, keys may say "1-9"."""
    blank = (*expand(section.names("blank"), known), *section.names("declined"))
    return Vector(
        answers=_answers(section, blank=blank, known=known),
        blank=blank,
        declined=section.names("declined"),
        expected=tuple(
            (name, _number(section, raw, name)) for name, raw in section.mapping("expected").items()
        ),
        bands=tuple((name, str(band)) for name, band in section.mapping("bands").items()),
        rules=tuple(
            (name, _verdict(section, raw, name)) for name, raw in section.mapping("rules").items()
        ),
        safety=tuple((name, str(word)) for name, word in section.mapping("safety").items()),
        refused_item=section.text_or_none("refused_item"),
        note=section.text_or_none("note"),
    )


def refuse_wrong_vectors(instrument: Instrument) -> None:
    """Raise Misfit at the first worked example that the definition does not reproduce."""
    if not instrument.vectors:
        raise Misfit("a definition brings its own worked examples", at="tests")
    for index, vector in enumerate(instrument.vectors):
        for fault in faults(instrument, vector):
            raise Misfit(fault, at=f"tests[{index}]")


def faults(instrument: Instrument, vector: Vector) -> list[str]:
    """Return in words everything about a worked example that comes out otherwise."""
    try:
        result = score(instrument, dict(vector.answers), declined=frozenset(vector.declined))
    except BadAnswer as refusal:
        return [] if refusal.item == vector.refused_item else [str(refusal)]
    if vector.refused_item is not None:
        return [f'item "{vector.refused_item}" should have been refused']
    found = _found(result)
    due = [
        *vector.expected,
        *((f"{name}.band", band) for name, band in vector.bands),
        *vector.rules,
        *vector.safety,
    ]
    return [
        f"{name} is {_words(found.get(name, 'unknown'))}, the example says {_words(value)}"
        for name, value in due
        if name not in found or found[name] != value
    ]


def _answers(
    section: Section, *, blank: Sequence[str], known: Sequence[str]
) -> tuple[tuple[str, int], ...]:
    answers: dict[str, int] = {}
    for key, raw in section.mapping("answers").items():
        if type(raw) is not int:
            raise section.misfit("an answer is a whole number", f"answers.{key}")
        answers.update(dict.fromkeys(known if key == "all" else expand([key], known), raw))
    return tuple((name, answer) for name, answer in answers.items() if name not in blank)


def _number(section: Section, raw: object, name: str) -> Fraction | None:
    if raw == NO_VALUE:
        return None
    if isinstance(raw, str):
        return Fraction(raw)
    return Fraction(section.as_number(raw, f"expected.{name}"))


def _verdict(section: Section, raw: object, name: str) -> bool | None:
    if raw == CANNOT_TELL:
        return None
    if not isinstance(raw, bool):
        raise section.misfit(f'must be true, false or "{CANNOT_TELL}"', f"rules.{name}")
    return raw


def _found(result: Result) -> dict[str, Fraction | bool | str | None]:
    found: dict[str, Fraction | bool | str | None] = dict(result.rules)
    for name, made in result.scores.items():
        found |= {
            name: made.value,
            f"{name}.lo": made.lo,
            f"{name}.hi": made.hi,
            f"{name}.band": made.band.id if made.band else None,
        }
    return found | {outcome.id: _safety_word(outcome) for outcome in result.safety}


def _safety_word(outcome: SafetyOutcome) -> str:
    return outcome.level.value if outcome.level else outcome.status.value


def _words(value: Fraction | bool | str | None) -> str:
    return exact_text(value) if isinstance(value, Fraction) else str(value)
