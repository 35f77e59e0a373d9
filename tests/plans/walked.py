"""A course walked at random by Hypothesis on a database of its own, beside a model of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from dashboard import audit, trail
from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients.models import Patient
from tests.cast import Cast
from tests.clearance.conftest import NOON
from tests.clearance.stable import enter, one, sign
from tests.databases import swapped

WalkT = TypeVar("WalkT", bound="Walked")
Copies = Callable[[], AbstractContextManager[sa.Engine]]
BETWEEN = dt.timedelta(seconds=30)  # what is done and what is done next


@dataclass(frozen=True)
class Where:
    """Where walks are gone: the program, who is there, and the database that each begins with."""

    app: Flask
    cast: Cast
    clock: time_machine.Traveller
    copies: Copies


def at(kind: type[WalkT], where: Where) -> type[WalkT]:
    """Return a kind of walk as it is gone there."""
    return type(kind.__name__, (kind,), {"where": where})


def walk(kind: type[Walked], *, walks: int, steps: int) -> None:
    """Go some walks of so many steps, at random; one that fails is told as it was gone."""
    run_state_machine_as_test(
        kind,
        settings=settings(max_examples=walks, stateful_step_count=steps, phases=[Phase.generate]),
    )


@contextmanager
def by_hand(kind: type[WalkT]) -> Iterator[WalkT]:
    """Go one walk step by step, as a test says, to its end."""
    one = kind()
    try:
        yield one
    finally:
        one.teardown()


class Walked(RuleBasedStateMachine):
    """One walk: on a copy of the database that the test made, from noon of its day."""

    where: ClassVar[Where]

    def __init__(self) -> None:
        super().__init__()
        app, self.clock = self.where.app, self.where.clock
        self.app, self.cast = app, self.where.cast
        self.clock.move_to(NOON)
        self._own = ExitStack()
        self._own.enter_context(swapped(app, self._own.enter_context(self.where.copies())))
        self._own.enter_context(app.app_context())
        self._own.enter_context(acting_as_job("test data"))
        self.ann = db.session.get_one(Patient, self.cast.ann)
        self.is_open = False

    def done(self, act: Callable[[], object]) -> bool:
        """Do something and commit it; say whether it was not refused."""
        self.clock.shift(BETWEEN)
        try:
            act()
            db.session.commit()
        except Refusal:
            db.session.rollback()
            return False
        return True

    def open_the_gate(self) -> None:
        """Enter a potassium that is well again, and sign that Ann is cleared."""
        enter(self.ann.id, self.cast.alice, one("K", "4.1", "mmol/L", taken_at=now()))
        db.session.commit()
        sign(self.ann, self.cast)
        self.is_open = True

    def close_the_gate(self) -> None:
        """Enter a hard stop that nobody may override."""
        enter(self.ann.id, self.cast.alice, one("K", "2.8", "mmol/L", taken_at=now()))
        self.is_open = False

    def told(self, subject: str, action: audit.Action) -> list[str]:
        """Return of which rows of a table the trail tells this."""
        query = sa.select(audit.AuditEvent.subject_id).where(
            audit.AuditEvent.subject == subject, audit.AuditEvent.action == action.value
        )
        return list(db.session.scalars(query))

    def teardown(self) -> None:
        """Prove the whole trail of the walk, and leave its database."""
        try:
            key = self.app.extensions["keys"].trail
            assert trail.verify(db.session(), key).is_whole
        finally:
            db.session.remove()
            self._own.close()
