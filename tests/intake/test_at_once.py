"""Two physicians in the same instant: one saves, the other sees both texts, and nothing is lost."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from dashboard.db import db
from dashboard.intake.models import Evaluation, EvaluationSection
from dashboard.patients.models import Patient
from tests.cast import Visitor, form_fields, sign_in


@pytest.fixture
def two(app: Flask, cast) -> tuple[Visitor, Visitor]:
    """Alice at two screens."""
    return sign_in(app, cast.alice), sign_in(app, cast.alice)


@contextlib.contextmanager
def meeting(*models: type) -> Iterator[None]:
    """Hold two writers until both are about to write, where the database lets both come so far."""
    both = threading.Barrier(2)

    def wait(session, *_):
        if any(isinstance(one, models) for one in (*session.new, *session.dirty)):
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(timeout=0.4)

    event.listen(db.session, "before_flush", wait)
    try:
        yield
    finally:
        event.remove(db.session, "before_flush", wait)


def at_once(path, visitors, sent):
    """Post two forms from two threads; return the answers, the saved one first."""
    answers = []
    threads = [
        threading.Thread(target=lambda v=v, form=form: answers.append(v.post(path, form)))
        for v, form in zip(visitors, sent, strict=True)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(answers, key=lambda answer: answer.status_code)


def test_two_first_saves_of_a_section(desk, two, rows):
    path = desk.section("presenting")
    forms = [
        {**visitor.fields(path), "own_words": words, "then": "leave"}
        for visitor, words in zip(two, ("The first text.", "The other text."), strict=True)
    ]

    with meeting(EvaluationSection):
        saved, late = at_once(path, two, forms)
    again = desk.visitor.post(path, {**form_fields(late.text), "then": "leave"})

    assert (saved.status_code, late.status_code) == (303, 409)
    assert "The first text." in late.text and "The other text." in late.text
    assert "Alice Adler saved this at" in late.text
    assert again.status_code == 303
    assert rows("SELECT count(*) FROM evaluation_section")[0][0] == 1
    texts = [row[0] for row in rows("SELECT content FROM evaluation_section_revision")]
    texts += [row[0] for row in rows("SELECT content FROM evaluation_section")]
    assert all(any(words in text for text in texts) for words in ("The first text.", "The other"))


def test_two_later_saves_of_a_section(desk, two, rows):
    desk.write("presenting", {"own_words": "Before."})
    path = desk.section("presenting")
    forms = [
        {**visitor.fields(path), "own_words": words, "then": "leave"}
        for visitor, words in zip(two, ("The first text.", "The other text."), strict=True)
    ]

    with meeting(EvaluationSection):
        saved, late = at_once(path, two, forms)

    assert (saved.status_code, late.status_code) == (303, 409)
    assert "The first text." in late.text and "The other text." in late.text
    assert rows("SELECT version FROM evaluation_section")[0][0] == 2


def test_two_who_change_a_contact_of_the_chart(desk, two, rows):
    path = desk.section("identity")
    forms = [
        {**visitor.fields(path), "telephone": number, "then": "leave"}
        for visitor, number in zip(two, ("518-555-0101", "518-555-0102"), strict=True)
    ]

    with meeting(Patient):
        saved, late = at_once(path, two, forms)

    assert (saved.status_code, late.status_code) == (303, 409)
    assert "518-555-0101" in late.text and "518-555-0102" in late.text
    assert rows("SELECT count(*) FROM patient_revision")[0][0] == 1


def test_a_save_in_the_instant_of_signing_becomes_an_addendum(desk, finish, two, rows):
    finish()
    writer, signer = two
    path = desk.section("presenting")
    opened = writer.fields(path)
    signing = signer.fields(f"{desk.path}/sign")
    answers = []

    def sign():
        answers.append(signer.post(f"{desk.path}/sign", signing))

    with meeting(EvaluationSection, Evaluation):
        other = threading.Thread(target=sign)
        other.start()
        written = writer.post(path, {**opened, "own_words": "In the last instant.",
                                     "own_words-unsaid": "", "then": "leave"})  # fmt: skip
        other.join()

    signed = rows("SELECT count(*) FROM evaluation WHERE signed_at IS NOT NULL")[0][0]
    kept = rows("SELECT content FROM evaluation_section WHERE key = 'presenting'")[0][0]
    assert answers[0].status_code in {303, 409}
    assert (answers[0].status_code == 303) == (signed == 1)
    assert written.status_code in {303, 409}
    assert ("In the last instant." in kept) == (written.status_code == 303)
    assert signed == 1 or written.status_code == 303, "one of the two counts"
    if written.status_code == 409:
        assert "In the last instant." in written.text, "nothing that was typed is lost"
    if signed:
        assert "Seal intact" in desk.visitor.get(desk.path).text


def test_two_who_begin_an_intake(cast, two, rows):
    path = f"/patients/{cast.ann_ref}/intake"
    forms = [visitor.fields(path) for visitor in two]

    with meeting(Evaluation):
        begun, late = at_once(path, two, forms)

    assert (begun.status_code, late.status_code) == (303, 409)
    assert "An intake is open already" in late.text
    assert rows("SELECT count(*) FROM evaluation")[0][0] == 1
