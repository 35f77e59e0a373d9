"""The forms of a session that runs: its readings, what is said of it and at its end, reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from wtforms import Field, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from dashboard import formats
from dashboard.clinical.event_list import event_list
from dashboard.clinical.home_session import SessionReading, by_time, fits, session_rules
from dashboard.clinical.home_session.session_file import Criterion
from dashboard.clinical.instants import elapsed
from dashboard.clock import now
from dashboard.fields import (
    Between,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
)
from dashboard.forms import PageForm
from dashboard.sessions.answering import Given
from dashboard.sessions.effects import DISSOCIATION, EFFECT, MOST_DISSOCIATION, NOTES, Effect
from dashboard.sessions.forms import FIRST, SECOND
from dashboard.sessions.live_views import SIGNS, SYMPTOMS, key_of
from dashboard.sessions.models import SessionAnswer
from dashboard.sessions.models import SessionReading as StoredReading
from dashboard.sessions.moment_forms import MomentForm, SeenForm, say
from dashboard.sessions.preflight_forms import NO, UNFILLED, YES, KeepField
from dashboard.sessions.typed import look_at_reading, one_line
from dashboard.visits.choosing import OneOfFew, SelectField, listed

BETWEEN, BY_TIME = "between", "by time"
EFFECTS = {Effect.NONE: "No effect"}


class ReadingForm(MomentForm):
    """One reading in one field, with breaths, symptoms and signs beside it."""

    slot = SelectField("Reading", message="Choose which reading this is.")
    values = TextField(
        "Pressure, heart rate, saturation", [Required("Write it as 118/74 64 98.")],
        longest=60, render_kw=UNFILLED,
    )  # fmt: skip
    keep = KeepField("Keep the reading", longest=60)
    breaths = TextField("Breaths a minute", longest=10, render_kw=UNFILLED)
    symptoms = OneOfFew(
        "Any symptoms now?", message="Choose yes or no.", is_asked=False,
        choices=listed([(YES, "Yes"), (NO, "No")]),
    )  # fmt: skip
    signs = SelectMultipleField(
        "Seen or told",
        choices=listed([(one.id, one.label) for one in event_list().signs.values()]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    read: SessionReading | None = None
    started_at: dt.datetime
    open_minutes: Collection[int] = ()
    refused = 0

    def offer(self, minutes: Collection[int]) -> None:
        """List the readings of the schedule that are not there yet; by its time one is chosen."""
        slots = [(str(one), f"{one} min") for one in minutes]
        self.slot.offer([(BY_TIME, "by its time"), *slots, (BETWEEN, "between")])
        self.open_minutes = minutes
        if not self.is_submitted():
            self.slot.data = BY_TIME

    def fill_in(self, row: StoredReading) -> None:
        """Show the reading that is corrected: its values and its time, nothing beside it."""
        self.slot.offer([(BETWEEN, "as before")])
        self.slot.data = BETWEEN
        if not self.is_submitted():
            self.values.data = row.typed
            self.breaths.data = "" if row.breaths is None else str(row.breaths)
            local = row.taken_at.astimezone(formats.zone())
            self.on_day.data, self.at_time.data = local.date(), local.time()
            self.which.data = SECOND if local.fold else FIRST

    def refuse(self, words: str, *, status: int) -> None:
        """Say why the reading was not recorded; what was typed stays."""
        self.form_errors, self.refused = [words], status

    @property
    def status(self) -> int:
        """The answer's status: that of a refusal, where there was one."""
        return self.refused or super().status

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the reading as typed; what is unusual is asked about before it is kept."""
        super().validate(extra_validators)
        self.read_moment(day=formats.today(self.started_at))
        self._check_slot()
        if self.symptoms.data not in {None, "", YES, NO}:
            say(self.symptoms, "Choose yes or no.")
        self.values.data = one_line(self.values.data)
        if self.values.data and not self.values.errors:
            self._look(self.values.data)
        return not self.errors

    @property
    def minute(self) -> int | None:
        """The minute of the schedule; None for a reading between."""
        if self.slot.data == BETWEEN:
            return None
        if self.slot.data != BY_TIME:
            return int(self.slot.data)
        return by_time(self.open_minutes, started_at=self.started_at, at=self.at or now())

    @property
    def is_confirmed(self) -> bool:
        """Whether a person stands by an unusual value."""
        return bool(self.keep.data) and self.keep.data == self.values.data

    def beside(self, ref: str) -> list[Given]:
        """Return what was said beside the reading: symptoms, and the ids of signs."""
        said = {SYMPTOMS: self.symptoms.data or "", SIGNS: ", ".join(self.signs.data or ())}
        return [Given(key_of(kind, ref), value) for kind, value in said.items() if value]

    def _check_slot(self) -> None:
        """Refuse a minute of the schedule that this reading cannot be."""
        at = self.at or now()
        if at < self.started_at or self.slot.errors or self.at_time.errors or self.on_day.errors:
            return
        minute = self.minute
        if minute is not None and not self._fits(minute):
            taken = elapsed(self.started_at, until=at) // dt.timedelta(minutes=1)
            say(self.slot, f"Taken at minute {taken}, this is not the reading of {minute} min. "
                           "Choose “by its time”, the one it is, or “between”.")  # fmt: skip

    def _fits(self, minute: int) -> bool:
        return fits(minute, started_at=self.started_at, at=self.at or now())

    def _look(self, text: str) -> None:
        looked = look_at_reading(
            text, at=self.at or now(), breaths=self.breaths.data or "", kept=self.keep.data or ""
        )
        if looked.question or self.keep.data == text:
            self.keep.asked = text
        if not looked.is_taken:
            is_of_breaths = looked.problem.casefold().startswith("breaths")
            say(self.breaths if is_of_breaths else self.values, looked.problem or looked.question)
        self.read = looked.reading


class EffectFields(PageForm):
    """The effect, dissociation as tolerability, and notes."""

    effect = OneOfFew(
        "Effect at its peak", message="Choose how strong it was.", is_asked=False,
        choices=listed((one.value, EFFECTS.get(one, one.value.capitalize())) for one in Effect),
    )  # fmt: skip
    dissociation = WholeNumberField(
        "Dissociation, 0 to 10", [Between(0, MOST_DISSOCIATION)], render_kw=UNFILLED
    )
    notes = LongTextField("Notes of the session", longest=4000)

    def effects(self) -> Mapping[str, str]:
        """Return the answers by their keys."""
        told = self.dissociation.data
        return {
            EFFECT: self.effect.data or "",
            DISSOCIATION: "" if told is None else str(told),
            NOTES: self.notes.data or "",
        }

    def check_effect(self) -> None:
        """Refuse an effect that is not offered."""
        if self.effect.data and self.effect.data not in list(Effect):
            say(self.effect, "Choose how strong it was.")


class EffectForm(EffectFields, SeenForm):
    """What is said of the effect while the session runs."""

    def show(self, held: Mapping[str, SessionAnswer]) -> None:
        """Show what is on record."""
        self.renew()
        said = {key: one.value for key, one in held.items()}
        self.effect.data, self.notes.data = said.get(EFFECT) or None, said.get(NOTES, "")
        told = said.get(DISSOCIATION, "")
        self.dissociation.data = int(told) if told else None

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check what was answered."""
        super().validate(extra_validators)
        self.check_effect()
        return not self.errors


class ClosingFields(EffectFields):
    """What is said at the end: the effect, and every criterion of the release."""

    criteria: ClassVar[tuple[Criterion, ...]] = ()

    def release(self) -> Mapping[str, str]:
        """Return the answers to the criteria by their ids."""
        return {one.id: str(self[one.id].data or "") for one in self.criteria}

    def check_release(self) -> None:
        """Refuse an answer that is neither yes nor no."""
        for one in self.criteria:
            if self[one.id].data and self[one.id].data not in {YES, NO}:
                say(self[one.id], "Choose yes or no.")


class ClosingForm(ClosingFields, EffectForm, MomentForm):
    """What is said at the end of a session; the moment is until when the patient was observed."""

    started_at: dt.datetime

    def show_all(
        self, effect: Mapping[str, SessionAnswer], end: Mapping[str, SessionAnswer]
    ) -> None:
        """Show what is on record of the effect and of the release."""
        self.show(effect)
        for one in self.criteria:
            self[one.id].data = end[one.id].value if one.id in end else None

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check what was answered, and until when the patient was observed."""
        super().validate(extra_validators)
        self.check_effect()
        self.check_release()
        self.read_moment(day=formats.today(self.started_at))
        if self.at is not None and self.at < self.started_at:
            say(self.at_time, "This lies before the dose. Correct day and time.")
        return not self.errors


class AddendumForm(PageForm):
    """What is added after the signature."""

    words = LongTextField("Addendum", [Required("Write what is to be added.")], longest=4000)


class EndForm(PageForm):
    """Why a session does not take place, or ends without release."""

    reason = TextField("Why?", [Required("Say why, in a few words.")], longest=500)


def given(said: Mapping[str, str], shown: Mapping[str, str]) -> list[Given]:
    """Return the answers that differ from what the page showed."""
    return [Given(key, value) for key, value in said.items() if value != shown.get(key, "")]


def criteria_fields(criteria: Iterable[Criterion]) -> Mapping[str, Field]:
    """Return a yes or no for each criterion of the release, none answered beforehand."""
    return {
        one.id: OneOfFew(
            one.label, message="Choose yes or no.", is_asked=False, is_asked_later=True,
            choices=listed([(YES, "Yes"), (NO, "No")]),
        )
        for one in criteria
    }  # fmt: skip


@cache
def closing_form() -> type[ClosingForm]:
    """Return the form of the end, with the criteria of the rules in force."""
    criteria = session_rules().release.criteria
    return type("Closing", (ClosingForm,), {"criteria": criteria, **criteria_fields(criteria)})
