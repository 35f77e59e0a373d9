"""An import as its page shows it: each row as printed and as understood, questions first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from wtforms import Field as Control

from dashboard import formats
from dashboard.clearance.cells import words_of
from dashboard.clinical import clearance
from dashboard.findings.import_entries import (
    OnRecord,
    mentions_body_size,
    plain,
    seal_of,
    tells_body_size,
)
from dashboard.findings.import_forms import AGAIN, DAY, OUT, AnswersForm, is_day_alone, say
from dashboard.findings.import_matching import Compared
from dashboard.findings.import_rounds import Question, Rounds
from dashboard.findings.lines import HIDDEN, WITHOUT_UNIT, value_of
from dashboard.findings.reports import About, Asks, Form, Remark, Row, Status

FORMS = {Form.TABLE: "A table", Form.FHIR: "A FHIR file", Form.HL7: "An HL7 message"}
MOST_SAID = 100  # open questions that the summary lists; the page shows them all
OFFERED = frozenset({About.NAME_UNKNOWN})
TOLD = frozenset({Status.CORRECTED, Status.PRELIMINARY})
ASK_TO_SHOW = "There is a question about a hidden number: show the hidden numbers to answer it."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of a row with its fields; `is_alike`: it is answered above for several.

    `is_day_first`: a day is typed, and the other field only leaves the value out.
    """

    field: Control
    day: Control | None
    is_alike: bool
    is_day_first: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One row: as printed, as understood, and what is remarked or asked about it."""

    id: str
    place: str
    name: str
    printed: str
    label: str
    value: str
    canonical: str
    interval: str
    flag: str
    taken: str
    remarks: tuple[str, ...]
    is_hidden: bool
    is_left_out: bool
    is_ready: bool
    asked: tuple[Asked, ...] = ()
    choice: Control | None = None

    @property
    def understood(self) -> str:
        """What the row is understood as, in one line."""
        return " ".join(filter(None, [self.label, self.value]))


@dataclass(kw_only=True)
class Preview:
    """Everything an import's page shows, in the order that it is looked at."""

    form_name: str
    laboratory: str
    compared: Compared
    alike: list[tuple[Asked, int]] = field(default_factory=list)
    to_answer: list[Shown] = field(default_factory=list)
    answered: list[Shown] = field(default_factory=list)
    ready: list[Shown] = field(default_factory=list)
    on_record: list[Shown] = field(default_factory=list)
    not_taken: list[Shown] = field(default_factory=list)
    remarks: tuple[Remark, ...] = ()
    hides: bool = False
    taken: tuple[Row, ...] = ()

    @property
    def seals(self) -> frozenset[str]:
        """The marks of the rows that would be recorded."""
        return frozenset(seal_of(row) for row in self.taken)

    @property
    def has_questions(self) -> bool:
        """Whether an answer is still open."""
        return bool(self.to_answer)


def preview(
    rounds: Rounds, form: AnswersForm, known: OnRecord, compared: Compared, *, shows: bool
) -> Preview:
    """Return a report as its page shows it; `shows`: with the numbers of body size."""
    report = rounds.report
    page = Preview(
        form_name=FORMS[report.form], laboratory=report.laboratory or "", compared=compared,
        remarks=report.remarks, taken=tuple(taken(rounds, form, known)),
    )  # fmt: skip
    look = _Look(rounds, form, known, shows)
    for row in report.rows:
        _section(page, rounds, known, row).append(look.row(row))
    page.alike = list(look.alike())
    page.hides = not shows and any(
        tells_body_size(row) or any(map(mentions_body_size, row.printed.comments))
        for row in report.rows
    )
    if not shows:
        page.remarks = tuple(one for one in report.remarks if not mentions_body_size(one.text))
        page.hides = page.hides or len(page.remarks) < len(report.remarks)
    return page


def taken(rounds: Rounds, form: AnswersForm, known: OnRecord) -> Iterator[Row]:
    """Return the rows that would be recorded now."""
    for row in rounds.report.rows:
        is_wanted = row.is_ready and not form.leaves_out(row)
        if is_wanted and (known.same(row) is None or form.takes_again(row)):
            yield row


def refuse_open(rounds: Rounds, form: AnswersForm) -> None:
    """Say at every open question that it waits for its answer; once where one field serves all."""
    told: set[str] = set()
    for row in rounds.report.rows:
        open_ones = [one for one in rounds.of(row) if rounds.is_open(one)]
        for one in open_ones:
            control = form.field_of(one)
            if control.name not in told and len(told) < MOST_SAID:
                told.add(control.name)
                say(control, f"{row.label or row.printed.name[:60]}: answer this first, "
                             "or leave the value out.")  # fmt: skip


def _section(page: Preview, rounds: Rounds, known: OnRecord, row: Row) -> list[Shown]:
    questions = rounds.of(row)
    if any(rounds.is_open(one) for one in questions) or not (row.is_ready or row.is_left_out):
        return page.to_answer
    if row.is_ready and known.same(row) is not None:
        return page.on_record
    if any(rounds.told.get(row.id, {}).get(one.about) for one in questions):
        return page.answered
    return page.ready if row.is_ready else page.not_taken


@dataclass(frozen=True)
class _Look:
    """One look at every row."""

    rounds: Rounds
    form: AnswersForm
    known: OnRecord
    shows: bool

    def row(self, row: Row) -> Shown:
        hides = tells_body_size(row) and not self.shows
        name = next((n for n in (OUT + row.id, AGAIN + row.id) if n in self.form), "")
        return Shown(
            id=row.id, place=row.printed.place, name=row.printed.name,
            printed=HIDDEN if hides else _printed(row), label=row.label,
            value=HIDDEN if hides and row.finding else _value(row),
            canonical="" if hides else _canonical(row), interval="" if hides else _interval(row),
            flag=row.printed.flag, taken=_taken(row), remarks=tuple(self._remarks(row, hides)),
            is_hidden=hides, is_left_out=row.is_left_out, is_ready=row.is_ready,
            asked=tuple(self._asked(one) for one in self.rounds.of(row)),
            choice=self.form[name] if name else None,
        )  # fmt: skip

    def alike(self) -> Iterator[tuple[Asked, int]]:
        """Return the questions that one field answers for several rows, with how many."""
        for name, questions in self.form.shared.items():
            asked = Asked(
                field=self.form[name], day=self.form._fields.get(name + DAY), is_alike=False,
                is_day_first=is_day_alone(questions[0]),
            )  # fmt: skip
            yield asked, len(questions)

    def _asked(self, one: Question) -> Asked:
        return Asked(
            field=self.form[one.name], day=self.form._fields.get(one.name + DAY),
            is_alike=one.shared in self.form.shared, is_day_first=is_day_alone(one),
        )  # fmt: skip

    def _comments(self, row: Row) -> Iterator[str]:
        for one in row.printed.comments:
            yield one if self.shows or not mentions_body_size(one) else f"A comment is {HIDDEN}."

    def _remarks(self, row: Row, hides: bool) -> Iterator[str]:
        if row.status in TOLD:
            yield f"The laboratory says: {row.status}."
        other = self.known.other(row)
        if other is not None:
            value = HIDDEN if hides else value_of(other)
            yield f"On record for this time with another value: {value}. Both would count."
        for doubt in row.doubts:
            if doubt.asks is Asks.NOTHING or doubt.about in OFFERED:
                yield HIDDEN if hides else doubt.sentence
        if hides and self.rounds.of(row):
            yield ASK_TO_SHOW
        if not hides:
            yield from self._comments(row)


def _printed(row: Row) -> str:
    told = f"{row.printed.value} {row.printed.unit}".strip()
    return f"{told} ({row.printed.interval})" if row.printed.interval else told


def _value(row: Row) -> str:
    if row.finding is None:
        return ""
    return formats.printed(
        f"{row.number} {'' if row.unit in WITHOUT_UNIT else row.unit or ''}".strip()
    )


def _canonical(row: Row) -> str:
    """Return the value in the rules' own unit, where that is another one."""
    kind = clearance.ruleset().kinds.get(row.kind or "")
    value = row.finding.value if row.finding else None
    if kind is None or row.unit == kind.unit or kind.unit in WITHOUT_UNIT:
        return ""
    return formats.printed(f"{words_of(value)} {kind.unit}") if isinstance(value, Fraction) else ""


def _interval(row: Row) -> str:
    low, high = plain(row.ref_low), plain(row.ref_high)
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else f"to {high}" if high else ""


def _taken(row: Row) -> str:
    if row.collected_at is not None:
        return formats.moment(row.collected_at)
    return formats.day(row.collected_on) if row.collected_on else ""
