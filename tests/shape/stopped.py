"""Ann, whose plan may be activated and whose session may be started, if only the gate were open.

Her first version is in force, her second waits signed, her third is a draft; one session is planned
and one is in pre-flight with everything answered as it should be. There is one record of every
other kind besides, so that every page has an address.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
import time_machine
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clinical.courses import HoldCause
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions as plans
from dashboard.plans.models import TreatmentPlan
from dashboard.sessions.models import TreatmentSession
from tests.cast import Cast
from tests.clearance.conftest import NOON
from tests.clearance.stable import enter, everything, one, ready_to_sign, sign, today
from tests.plans.course import alice, whole
from tests.sessions import at_home
from tests.shape.visitors import Addresses, addresses

DAYS = 4  # since the one record of every kind was written, a dose among them


@dataclass(frozen=True)
class Scene:
    """Where everything of Ann's is: addresses, her versions of the plan, her sessions to come."""

    addresses: Addresses
    plans: tuple[str, ...]
    sessions: tuple[str, ...]


def all_clear(app: Flask, cast: Cast, clock: time_machine.Traveller, *, is_held: bool) -> Scene:
    """Make the scene with an open gate; the version in force is held by hand, or active."""
    with time_machine.travel(NOON, tick=True):
        own = addresses(app, cast, patient="ann")
    clock.move_to(NOON + dt.timedelta(days=DAYS))
    with app.app_context(), acting_as_job("test data"):
        ann = ready_to_sign(cast)
        clear(ann, cast)
        first, second = db.session.scalars(sa.select(TreatmentPlan).order_by(TreatmentPlan.number))
        plans.activate(ann, first, by=alice(cast), today=today())
        plans.sign(second, by=alice(cast), today=today())
        plans.begin(ann.id, whole(), by=alice(cast), change_reason="Another text.")
        db.session.commit()
        clock.shift(dt.timedelta(minutes=5))
        clear(ann, cast)
        at_home.ready(at_home.planned(ann, cast, at=now() + dt.timedelta(minutes=5)), cast)
        if is_held:
            plans.hold(first, by=alice(cast), cause=HoldCause.HAND, reason="Ann was away.")
        db.session.commit()
        scene = _scene(ann, own)
        db.session.remove()
    return scene


def clear(ann: Patient, cast: Cast) -> None:
    """Enter everything a clearance asks as of today and sign that Ann is cleared; committed."""
    enter(ann.id, cast.alice, everything(today()))
    db.session.commit()
    sign(ann, cast)


def stop(app: Flask, cast: Cast, clock: time_machine.Traveller) -> None:
    """Let a potassium of 2.8 mmol/L come: a hard stop, which nobody may override."""
    clock.shift(dt.timedelta(minutes=1))
    with app.app_context(), acting_as_job("test data"):
        enter(cast.ann, cast.alice, one("K", "2.8", "mmol/L"))
        db.session.commit()
        db.session.remove()


def _scene(ann: Patient, own: Addresses) -> Scene:
    refs = [
        tuple(db.session.scalars(sa.select(kind.ref).where(kind.patient_id == ann.id)))
        for kind in (TreatmentPlan, TreatmentSession)
    ]
    return Scene(own, *refs)
