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
from dashboard.intake.models import Evaluation, EvaluationState
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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_section SET content = '{}'",
        "UPDATE evaluation_section SET was_left = NOT was_left",
        "DELETE FROM evaluation_section",
        "INSERT INTO evaluation_section SELECT * FROM evaluation_section",
        "UPDATE evaluation SET seal = 'x'",
        "UPDATE evaluation SET state = 'open'",
        "UPDATE evaluation SET signed_name = 'Somebody else'",
        "UPDATE evaluation SET signed_at = NULL, signed_by_id = NULL, signed_name = '', seal = '',"
        " sealed_by = '', state = 'open'",
        "DELETE FROM evaluation",
        "UPDATE patient_diagnosis SET code = 'F50.9'",
        "DELETE FROM patient_diagnosis",
        "UPDATE evaluation_addendum SET text = 'other'",
        "DELETE FROM evaluation_addendum",
    ],
)
def test_no_sql_changes_a_signed_intake(app, desk, finish, statement):
    signed(desk, finish)
    desk.visitor.fill_in(f"{desk.path}/addendum", {"text": "Added."})

    with app.app_context(), acting_as_job("rewrite"):
        with pytest.raises(sa.exc.DBAPIError):
            db.session.execute(sa.text(statement))
        db.session.rollback()
        assert sealing.verify().is_whole


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
    desk.visitor.fill_in(f"{second.path}/sign", {})

    assert "I cannot stop counting." in page
    assert "supersedes this one" not in before
    assert again.status_code == 409, "there is one open intake at most"
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
