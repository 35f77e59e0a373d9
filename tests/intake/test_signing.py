"""Signing an intake: only a whole one, sealed in the database, added to, superseded, on paper."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.errors import SignedAlready
from dashboard.intake import actions, sealing
from dashboard.intake.guards import GUARDS
from dashboard.intake.models import Evaluation, EvaluationState
from dashboard.intake.sections import BY_KEY
from tests.cast import form_fields


def signed(desk, finish):
    desk.write("presenting", {"own_words": "I cannot stop counting."})
    finish()
    return desk.visitor.fill_in(f"{desk.path}/sign", {})


def test_an_incomplete_intake_is_not_signed_and_names_every_gap(desk, rows):
    desk.write("course", {"onset": "2011"})
    page = desk.visitor.get(f"{desk.path}/sign").text

    sent = desk.visitor.fill_in(f"{desk.path}/sign", {})

    assert sent.status_code == 422
    for text in (page, sent.text):
        assert "cannot be signed yet" in text
        assert f'href="{desk.section("course")}#food_rules"' in text
        assert "Diagnoses" in text
    assert rows("SELECT count(*) FROM evaluation WHERE signed_at IS NOT NULL")[0][0] == 0


def test_a_whole_intake_is_signed_sealed_and_told(app, desk, finish, rows):
    sent = signed(desk, finish)
    page = desk.visitor.get(desk.path).text

    assert sent.status_code == 303
    assert "Seal intact" in page
    assert "I cannot stop counting." in page
    assert "Declined to answer" in page
    (seal, state) = rows("SELECT seal, state FROM evaluation")[0]
    assert len(seal) == 64
    assert state == "signed"
    told = rows("SELECT detail FROM audit_event WHERE action = 'sign' AND subject = 'evaluation'")
    assert len(told) == 1
    assert seal in told[0][0]
    with app.app_context(), acting_as_job("verify"):
        assert sealing.verify() == sealing.Verdict(1)


@pytest.mark.one_database
def test_what_excludes_stands_beside_the_signature(desk, finish):
    desk.write("psychiatric", {"schizophrenia_spectrum_or_current_psychosis": "yes"})
    finish()
    page = desk.visitor.get(f"{desk.path}/sign").text

    assert "Schizophrenia spectrum" in page.partition('id="findings-h"')[2]


def test_what_was_changed_behind_the_second_look_is_not_signed(desk, finish):
    finish()
    seen = form_fields(desk.visitor.get(f"{desk.path}/sign").text)
    desk.write("presenting", {"own_words": "Changed meanwhile.", "own_words-unsaid": ""})

    sent = desk.visitor.post(f"{desk.path}/sign", seen)

    assert sent.status_code == 409
    assert "Changed meanwhile." in sent.text
    assert desk.visitor.post(f"{desk.path}/sign", form_fields(sent.text)).status_code == 303


def test_a_signed_intake_is_changed_by_no_route(desk, finish):
    opened = desk.visitor.fields(desk.section("presenting"))
    signed(desk, finish)

    late = desk.visitor.post(
        desk.section("presenting"), {**opened, "own_words": "Typed too late.", "then": "leave"}
    )
    kept = desk.visitor.post(f"{desk.path}/addendum", form_fields(late.text))
    answers = {
        path: desk.visitor.get(f"{desk.path}/{path}").status_code
        for path in ("sign", "abandon", "diagnoses")
    }
    page = desk.visitor.get(desk.path).text

    assert late.status_code == 409
    assert "Typed too late." in late.text
    assert kept.status_code == 303
    assert set(answers.values()) == {409}
    assert "I cannot stop counting." in page
    assert "Typed too late." in page, "as an addendum"


TABLES = (
    "evaluation", "evaluation_section", "evaluation_section_revision", "evaluation_addendum",
    "patient_diagnosis",
)  # fmt: skip
MAY_CHANGE = {  # superseding an evaluation and ending a diagnosis, each tested where it happens
    ("evaluation", "version"), ("patient_diagnosis", "until_at"),
    ("patient_diagnosis", "ended_by_id"), ("patient_diagnosis", "end_reason"),
}  # fmt: skip
WHOLE_STATEMENTS = (
    "UPDATE evaluation SET state = 'open'",
    "UPDATE evaluation SET state = 'abandoned'",
    "UPDATE evaluation SET signed_at = NULL, signed_by_id = NULL, signed_name = '', seal = '',"
    " sealed_by = '', state = 'open'",
    "UPDATE evaluation SET state = 'superseded'",
    "UPDATE patient_diagnosis SET until_at = '2001-01-01 00:00:00+00:00',"
    " ended_by_id = added_by_id, end_reason = 'never had it'",
    "INSERT INTO patient_diagnosis (id, ref, patient_id, code, description, table_version,"
    " computed_code, computed, rests_on_body_size, reason, from_at, added_by_id, end_reason)"
    " SELECT {new_id}, 'a', patient_id, 'F50.9', '', '', '', '', rests_on_body_size, '',"
    " '2001-01-01 00:00:00+00:00', added_by_id, '' FROM patient_diagnosis",
    "INSERT INTO evaluation SELECT * FROM evaluation",
    "INSERT INTO evaluation_section SELECT * FROM evaluation_section",
    "INSERT INTO evaluation_section_revision SELECT * FROM evaluation_section_revision",
    "INSERT INTO evaluation_addendum SELECT * FROM evaluation_addendum",
    "INSERT INTO patient_diagnosis SELECT * FROM patient_diagnosis",
)


def statements(dialect):
    """Return an UPDATE of every column and a DELETE of every table of a signed intake."""
    for name in TABLES:
        yield f"DELETE FROM {name}"
        for column in db.metadata.tables[name].columns:
            if (name, column.name) not in MAY_CHANGE:
                yield f"UPDATE {name} SET {column.name} = {other(column, dialect)}"
    yield from (statement.format(new_id=new_id(dialect)) for statement in WHOLE_STATEMENTS)


def new_id(dialect):
    return "gen_random_uuid()" if dialect == "postgresql" else "lower(hex(randomblob(16)))"


def other(column, dialect):
    """Return a value that differs from the present one, of the column's kind."""
    match column.type:
        case sa.Uuid():
            return new_id(dialect)
        case sa.Boolean():
            return f"NOT {column.name}"
        case sa.Integer():
            return f"{column.name} + 1"
        case sa.DateTime() | sa.types.TypeDecorator():
            return "'2001-01-01 00:00:00+00:00'"
        case sa.Enum():
            return "'superseded-'"
        case _:
            return "'y'"


def test_no_sql_changes_a_signed_intake(app, desk, finish):
    desk.write("presenting", {"own_words": "First words."})
    signed(desk, finish)
    desk.visitor.fill_in(f"{desk.path}/addendum", {"text": "Added."})
    messages = [guard.message for guard in GUARDS]

    with app.app_context(), acting_as_job("rewrite"):
        for statement in statements(db.engine.dialect.name):
            with pytest.raises(sa.exc.DBAPIError) as refused:
                db.session.execute(sa.text(statement))
            db.session.rollback()
            assert any(words in str(refused.value.orig) for words in messages), statement
        assert sealing.verify() == sealing.Verdict(1)


BEGINNING_AND_ADDING = {"intake.index", "intake.addendum"}  # each tested where it happens
TOO_LATE = {
    "own_words": "Too late.", "telephone": "518-555-0100", "reason": "Too late.", "code": "F50.9",
    "then": "leave",
}  # fmt: skip


def test_no_route_changes_a_signed_intake(app, desk, finish, rows):
    """Every route of the area, by GET and by POST, with every section and a typed text."""
    opened = {key: desk.visitor.fields(desk.section(key)) for key in ("presenting", "identity")}
    signed(desk, finish)
    diagnosis = rows("SELECT ref FROM patient_diagnosis")[0][0]
    before = [rows(f"SELECT * FROM {name} ORDER BY id") for name in TABLES]
    walked = set()

    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("intake.") or rule.endpoint in BEGINNING_AND_ADDING:
            continue
        for section in BY_KEY if "section_key" in rule.arguments else ("",):
            path = rule.rule.replace("<ref:patient_ref>", desk.patient)
            path = path.replace("<ref:evaluation_ref>", desk.ref).replace("<section_key>", section)
            path = path.replace("<ref:diagnosis_ref>", diagnosis)
            sent = {**opened.get(section, {}), **TOO_LATE}
            for method in rule.methods & {"GET", "POST"}:
                answer = (
                    desk.visitor.get(path) if method == "GET" else desk.visitor.post(path, sent)
                )
                walked.add((rule.endpoint, method))
                assert answer.status_code < 500, (path, method)

    assert len(walked) >= 18, walked
    assert [rows(f"SELECT * FROM {name} ORDER BY id") for name in TABLES] == before
    assert rows("SELECT telephone FROM patient WHERE mrn = '000001'")[0][0] == ""
    assert "Seal intact" in desk.visitor.get(desk.path).text


def test_a_new_intake_starts_from_the_signed_one_and_supersedes_it_when_signed(
    app, cast, desk, finish
):
    signed(desk, finish)
    index = f"/patients/{cast.ann_ref}/intake"
    begun = desk.visitor.fill_in(index, {})
    second = type(desk)(desk.visitor, desk.patient, begun.location.rsplit("/", 1)[-1])
    page = desk.visitor.get(second.section("presenting")).text
    before = desk.visitor.get(desk.path).text
    again = desk.visitor.post(index, form_fields(desk.visitor.get(f"{second.path}/sign").text))
    unread = desk.visitor.fill_in(f"{second.path}/sign", {})
    second.write("eligibility", {"decision": "eligible", "reasons": "Stable since spring."})
    desk.visitor.fill_in(f"{second.path}/sign", {})

    assert "I cannot stop counting." in page
    assert "supersedes this one" not in before
    assert again.status_code == 409, "there is one open intake at most"
    assert unread.status_code == 422
    anew = f'{second.section("eligibility")}">Eligibility decision</a>: not started'
    assert anew in unread.text
    with app.app_context(), acting_as_job("look"):
        states = {e.number: e.state for e in actions.evaluations(cast.ann)}
    assert states == {1: EvaluationState.SUPERSEDED, 2: EvaluationState.SIGNED}
    assert "supersedes this one" in desk.visitor.get(desk.path).text


def test_an_abandoned_intake_stays_readable_and_counts_for_nothing(app, cast, desk):
    desk.write("medical", {"acute_porphyria": "yes"})
    with app.app_context(), acting_as_job("look"):
        open_facts = actions.facts(cast.ann)
    refused = desk.visitor.fill_in(f"{desk.path}/abandon", {"reason": ""})
    desk.visitor.fill_in(f"{desk.path}/abandon", {"reason": "went elsewhere"})

    assert refused.status_code == 422
    assert open_facts["acute_porphyria"].value is True
    assert not open_facts["acute_porphyria"].is_signed
    assert "went elsewhere" in desk.visitor.get(desk.path).text
    with app.app_context(), acting_as_job("look"):
        assert actions.facts(cast.ann) == {}


@pytest.mark.one_database
def test_paper_holds_the_whole_and_weights_only_when_asked(desk, finish, rows):
    desk.write("weights", {"current": "43.2", "current-unit": "kg"})
    signed(desk, finish)
    plain = desk.visitor.post(f"{desk.path}/pdf")
    full = desk.visitor.post(f"{desk.path}/pdf?weights=1")
    texts = [
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
        for answer in (plain, full)
    ]
    shown = rows("SELECT count(*) FROM audit_event WHERE action = 'show weight'")[0][0]
    printed = desk.visitor.get(f"{desk.path}/print").text

    assert "I cannot stop counting." in texts[0]
    assert "43.2" not in texts[0]
    assert "43.2 kg" in texts[1]
    assert "43.2 kg" not in printed
    assert shown == 2, "once to write, once on paper"


def test_signing_twice_is_refused(app, cast, desk, finish):
    signed(desk, finish)
    with app.app_context(), acting_as_job("again"):
        evaluation = db.session.scalars(sa.select(Evaluation)).one()
        with pytest.raises(SignedAlready):
            sealing.sign(
                evaluation, sections=(), diagnoses=(), is_complete=True, by_id=cast.alice, name="x"
            )


@pytest.mark.one_database
def test_a_rewritten_intake_contradicts_its_seal(app, desk, finish):
    signed(desk, finish)
    console = app.test_cli_runner()
    whole = console.invoke(args=["intake", "verify"])
    with app.app_context(), acting_as_job("rewrite"):
        db.session.execute(sa.text("DROP TRIGGER evaluation_section_is_sealed_update"))
        db.session.execute(
            sa.text(
                "UPDATE evaluation_section SET content = replace(content, 'counting', 'eating')"
            )
        )
        db.session.commit()
    broken = console.invoke(args=["intake", "verify"])
    page = desk.visitor.get(desk.path).text

    assert whole.exit_code == 0
    assert "Every signed intake holds: 1." in whole.output
    assert broken.exit_code == 1
    assert "is not what was signed" in broken.output
    assert "Seal broken" in page
