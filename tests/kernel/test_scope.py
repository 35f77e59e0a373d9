"""Which patients the actor sees, whatever the query looks like."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import aliased

from dashboard.actor import Actor, Kind, NoActor, acting_as
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, EmergencyAccess, Patient
from dashboard.patients.scope import ForeignPatient, Unscopable
from dashboard.settings import ROOT

SHAPES = {
    "entity": lambda: sa.select(Patient),
    "column": lambda: sa.select(Patient.family_name),
    "count": lambda: sa.select(sa.func.count()).select_from(Patient),
    "count of a column": lambda: sa.select(sa.func.count(Patient.id)),
    "latest": lambda: sa.select(sa.func.max(Patient.family_name)),
    "join": lambda: sa.select(Patient.family_name).join(
        CareTeamMember, CareTeamMember.patient_id == Patient.id
    ),
    "subquery": lambda: sa.select(sa.select(Patient.family_name).subquery()),
    "alias": lambda: sa.select(aliased(Patient)),
    "record": lambda: sa.select(CareTeamMember),
}


def somebody(user_id):
    return acting_as(Actor(Kind.PERSON, "somebody", user_id))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_physician_sees_only_their_own_patients(app, cast, shape):
    with app.app_context(), somebody(cast.alice):
        seen = str([tuple(row) for row in db.session.execute(SHAPES[shape]())])
        families = {p.family_name for p in db.session.scalars(sa.select(Patient))}

        assert families == {"Abel"}
        assert "Boone" not in seen
        assert not shape.startswith("count") or seen == "[(1,)]"


@pytest.mark.parametrize("shape", SHAPES)
def test_an_admin_sees_no_patient_at_all(app, cast, shape):
    with app.app_context(), somebody(cast.cleo):
        seen = [tuple(row) for row in db.session.execute(SHAPES[shape]())]

        assert seen in ([], [(0,)], [(None,)])


def test_bobs_patient_cannot_be_fetched_by_her_key(app, cast):
    with app.app_context(), somebody(cast.alice):
        assert db.session.get(Patient, cast.ben) is None


def test_nobody_acting_means_no_query(app, cast):
    with app.app_context(), pytest.raises(NoActor):
        db.session.scalars(sa.select(Patient)).all()


def test_patients_cannot_be_changed_in_bulk(app, cast):
    with app.app_context(), somebody(cast.alice), pytest.raises(Unscopable):
        db.session.execute(sa.update(Patient).values(family_name="X"))


def test_a_record_cannot_be_written_for_a_foreign_patient(app, cast):
    with app.app_context(), somebody(cast.alice):
        db.session.add(CareTeamMember(patient_id=cast.ben, user_id=cast.alice))
        with pytest.raises(ForeignPatient):
            db.session.commit()


def test_the_scope_follows_who_acts_within_one_process(app, cast):
    statement = sa.select(Patient.family_name)
    with app.app_context():
        seen = []
        for user_id in (cast.alice, cast.bob, cast.cleo, cast.alice):
            with somebody(user_id):
                seen.append(db.session.scalars(statement).all())

    assert seen == [["Abel"], ["Boone"], [], ["Abel"]]


PLACE, OTHER = aliased(CareTeamMember), aliased(Patient)
TWICE: dict[str, Callable[[], sa.Executable]] = {
    "joined alias": lambda: sa.select(Patient.family_name, OTHER.family_name).join(
        OTHER, OTHER.version == Patient.version
    ),
    "two aliases": lambda: sa.select(OTHER.family_name, OTHER.given_name).join(
        PLACE, PLACE.patient_id == OTHER.id
    ),
    "outer joined alias": lambda: sa.select(Patient.family_name, OTHER.family_name).outerjoin(
        OTHER, OTHER.version == Patient.version
    ),
    "alias beside": lambda: sa.select(Patient.family_name, OTHER.family_name).where(
        OTHER.version == Patient.version
    ),
    "scalar subquery": lambda: sa.select(
        sa.select(sa.func.max(OTHER.family_name)).scalar_subquery()
    ),
    "common table": lambda: sa.select(sa.select(OTHER.family_name).cte()),
    "union": lambda: sa.union_all(sa.select(OTHER.family_name), sa.select(Patient.family_name)),
    "existence": lambda: sa.select(Patient.family_name).where(
        sa.exists().where(OTHER.family_name == "Boone")
    ),
}


@pytest.mark.parametrize("shape", TWICE)
def test_a_record_that_stands_in_a_query_twice_is_narrowed_each_time(app, cast, shape):
    with app.app_context(), somebody(cast.alice):
        seen = {value for row in db.session.execute(TWICE[shape]()) for value in row}

    assert seen <= {"Abel", "Ann"}
    assert bool(seen) == (shape != "existence")


def test_an_emergency_opens_one_chart_until_its_hour_is_over(app, cast):
    began = now()
    with app.app_context(), somebody(cast.alice):
        access = EmergencyAccess(
            patient_id=cast.ben,
            user_id=cast.alice,
            reason="found unconscious",
            began_at=began,
            ends_at=began + dt.timedelta(hours=1),
        )
        db.session.add(access)
        db.session.commit()
        families = sa.select(Patient.family_name).order_by(Patient.family_name)
        seen = []
        for minutes in (0, 59, 61):
            with time_machine.travel(began + dt.timedelta(minutes=minutes), tick=False):
                seen.append(db.session.scalars(families).all())

    assert seen == [["Abel", "Boone"], ["Abel", "Boone"], ["Abel"]]


LATE = """
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column
from dashboard.actor import Actor, Kind, acting_as
from dashboard.db import Base, Keyed, PatientRecord
from dashboard.patients import models, scope
from sqlalchemy.orm import Session

import dashboard.accounts.models
scope._clinical()
class Late(Keyed, PatientRecord, Base):
    __tablename__ = "late"

class Looked(Exception): pass
def sees(state):
    scope._narrow(state)
    raise Looked(state.statement._with_options)
session = Session()
sa.event.listen(session, "do_orm_execute", sees)
with acting_as(Actor(Kind.PERSON, "somebody", None)):
    try:
        session.execute(sa.select(Late))
    except Looked as looked:
        assert looked.args[0], "not narrowed"
        print("narrowed")
"""


def test_a_record_defined_after_the_first_query_is_narrowed_too():
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, cwd=ROOT)

    assert done.stdout == "narrowed\n", done.stderr


def test_the_holder_of_a_link_sees_nobody_before_the_proof_and_one_patient_after(app, cast):
    holder = Actor(Kind.LINK, "holder of a link")
    for only, families in ((None, set()), (cast.ann, {"Abel"}), (cast.ben, {"Boone"})):
        with app.app_context(), acting_as(replace(holder, only_patient_id=only)):
            assert {one.family_name for one in db.session.scalars(sa.select(Patient))} == families
            members = db.session.scalars(sa.select(CareTeamMember.patient_id)).all()
            assert members == ([only] if only else [])


def test_the_holder_of_a_link_writes_nothing_about_another_patient(app, cast):
    ann = Actor(Kind.LINK, "holder of a link", only_patient_id=cast.ann)
    with app.app_context(), acting_as(ann):
        db.session.add(CareTeamMember(patient_id=cast.ben, user_id=cast.alice))
        with pytest.raises(ForeignPatient):
            db.session.commit()
