"""The pre-flight as its page shows it: each question with its field, its answer, its judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wtforms import Field

from dashboard import formats
from dashboard.clinical.clearance import Verdict
from dashboard.clinical.home_session import AnswerKind, Item, PointVerdict, Preflight, session_rules
from dashboard.patients.banner import Flag
from dashboard.sessions.models import SessionAnswer
from dashboard.sessions.preflight_forms import AGAIN, ALL, KEEP, NO, YES, AnswersForm
from dashboard.sessions.readying import Readiness

WORDS = {
    Verdict.CLEAR: ("ok", "As it should be"), Verdict.CAUTION: ("due", "Caution"),
    Verdict.STOP: ("stop", "Blocks"), Verdict.UNKNOWN: ("none", "Not answered"),
    Verdict.NOT_APPLICABLE: ("none", "Not asked here"),
}  # fmt: skip


@dataclass(frozen=True)
class PointView:
    """One question; `field` is None for one that the chart answers, `said` who answered it."""

    question: str
    kind: str
    field: Field | None
    keep: Field | None
    said: str
    told: Flag | None
    good: str = ""

    @property
    def hint(self) -> str:
        """How the answer is typed."""
        return "mmHg, for example 118/74." if self.kind == AnswerKind.PRESSURE else ""

    @property
    def width(self) -> str:
        """How wide its field is."""
        return "full" if self.kind == AnswerKind.TEXT else "short"


@dataclass(frozen=True)
class ItemView:
    """One of the 15 items; `all` answers its yes-or-no questions as they should be."""

    number: int
    title: str
    told: Flag
    all: Field | None
    again: Field | None
    typed: tuple[PointView, ...]
    chosen: tuple[PointView, ...]
    provenance: str

    @property
    def has_own_words(self) -> bool:
        """Whether an answer was refused, or is not as it should be: then it is not folded away."""
        return any(one.field.errors or one.field.data not in {"", None, one.good}
                   for one in self.chosen if one.field is not None)  # fmt: skip

    @property
    def is_good(self) -> bool:
        """Whether every yes-or-no question is answered as it should be, on record."""
        fields = [one for one in self.chosen if one.field is not None]
        return all(one.said and one.field and one.field.data == one.good for one in fields)


@dataclass(frozen=True)
class Summary:
    """Whether the session may start, and everything that stands in the way or asks for a reason."""

    flag: Flag
    blocks: tuple[str, ...]
    cautions: tuple[str, ...]
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One question that somebody else answered otherwise meanwhile."""

    label: str
    theirs: str
    yours: str


def differences(form: AnswersForm, others: Sequence[SessionAnswer]) -> list[Difference]:
    """Return both answers of each question that was answered meanwhile."""
    points = form.rules.points
    yours = {
        point.id: form.said(item, point) for item in form.rules.items for point in item.points
        if point.id in form.asked
    }  # fmt: skip
    return [
        Difference(points[one.key].question, _said(one), yours.get(one.key, "")) for one in others
    ]


def summary(found: Readiness) -> Summary:
    """Return whether a session may start now, in words."""
    if found.blocks:
        flag = Flag("stop", "May not start yet")
    elif found.reasons_asked:
        flag = Flag("due", "May start with a reason")
    else:
        flag = Flag("ok", "May start")
    return Summary(flag, found.blocks, found.reasons_asked, found.overridden)


def asked(judged: Preflight) -> frozenset[str]:
    """Return the questions that are put to this patient."""
    return frozenset(
        one.point.id
        for item in judged.items
        for one in item.points
        if one.verdict is not Verdict.NOT_APPLICABLE and not one.point.is_computed
    )


def said(held: Mapping[str, SessionAnswer]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the items with their questions and answers, as a record shows them."""
    return [
        (
            f"{item.number}. {item.title}",
            [(one.question, _said(held.get(one.id))) for one in item.points if one.id in held],
        )
        for item in session_rules().items
        if any(one.id in held for one in item.points)
    ]


def items(
    form: AnswersForm, held: Mapping[str, SessionAnswer], judged: Preflight | None
) -> list[ItemView]:
    """Return the items with their fields, and with their judgement where there is one."""
    verdicts = {one.item.number: one for one in judged.items} if judged else {}
    found = []
    for item in form.rules.items:
        verdict = verdicts.get(item.number)
        told = {one.point.id: one for one in verdict.points} if verdict else {}
        points = list(_points(form, item, held, told))
        if points:
            word = WORDS[verdict.verdict] if verdict else WORDS[Verdict.UNKNOWN]
            found.append(_item(form, item, Flag(*word), points))
    return found


def _item(form: AnswersForm, item: Item, told: Flag, points: list[PointView]) -> ItemView:
    chosen = tuple(one for one in points if one.kind == AnswerKind.YES_OR_NO)
    has_all = any(one.field is not None for one in chosen)
    return ItemView(
        number=item.number, title=item.title, told=told,
        all=form[f"{ALL}{item.number}"] if has_all else None,
        again=form[f"{AGAIN}{item.number}"] if any(one.said for one in points) else None,
        typed=tuple(one for one in points if one.kind != AnswerKind.YES_OR_NO),
        chosen=chosen, provenance=f"{item.provenance.source}: {item.provenance.words}",
    )  # fmt: skip


def _points(
    form: AnswersForm,
    item: Item,
    held: Mapping[str, SessionAnswer],
    told: Mapping[str, PointVerdict],
) -> Iterator[PointView]:
    for point in item.points:
        if point.is_computed or point.id in form.asked:
            keep = form._fields.get(point.id + KEEP)
            yield PointView(
                question=point.question,
                kind=point.kind,
                field=None if point.is_computed else form[point.id],
                keep=keep if keep is not None and keep.asked else None,
                said=_said(held.get(point.id)),
                told=_told(told.get(point.id)),
                good=YES if point.good else NO,
            )


def _said(answer: SessionAnswer | None) -> str:
    if answer is None:
        return ""
    at = formats.time_of_day(answer.answered_at)
    return f"{answer.value or 'taken back'} ({answer.by_name}, {at})"


def _told(verdict: PointVerdict | None) -> Flag | None:
    if verdict is None:
        return None
    kind, word = WORDS[verdict.verdict]
    if verdict.verdict in {Verdict.CAUTION, Verdict.STOP}:
        return Flag(kind, f"{word}: {verdict.why}")
    if verdict.verdict is Verdict.UNKNOWN:
        return Flag(kind, verdict.why.capitalize())
    return Flag(kind, word)
