"""Which patients the actor sees, whatever the query looks like."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.actor import Actor, Kind, NoActor, acting_as
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.patients.scope import ForeignPatient, Unscopable

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
