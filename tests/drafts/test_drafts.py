"""Typed text is kept for its writer alone, and comes back."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from dashboard import seal
from dashboard.actor import Actor, Kind, acting_as
from dashboard.clock import now
from dashboard.db import db
from dashboard.drafts import actions
from dashboard.drafts.models import Draft
from dashboard.forms import BOOKKEEPING

PAGE = "/patients/x/visits/new"


def keep(app, user_id, fields, built_on=0, page=PAGE):
    with app.app_context(), acting_as(Actor(Kind.PERSON, "x", user_id)):
        kept = actions.keep(user_id=user_id, page=page, fields=fields, built_on=built_on)
        db.session.commit()
        return kept


def offered(app, user_id, page=PAGE):
    with app.app_context():
        return actions.offered(user_id=user_id, page=page)


def test_a_draft_is_offered_to_its_writer_and_to_nobody_else(app, cast):
    keep(app, cast.alice, {"plan": ["see her on Friday"]})

    assert offered(app, cast.alice).fields == {"plan": ["see her on Friday"]}
    assert offered(app, cast.bob) is None
    assert offered(app, cast.alice, "/other") is None


def test_a_draft_is_unreadable_in_the_database(app, cast, rows):
    keep(app, cast.alice, {"plan": ["canary in the mine"]})

    assert b"canary" not in bytes(rows("SELECT sealed FROM draft")[0][0])


def test_a_draft_moved_to_another_row_does_not_open(app, cast):
    keep(app, cast.alice, {"plan": ["a"]})
    keep(app, cast.bob, {"plan": ["b"]})
    with app.app_context():
        first, second = db.session.scalars(sa.select(Draft)).all()
        first.sealed = second.sealed
        with pytest.raises(seal.BrokenSeal):
            seal.unseal(first.sealed, context=f"draft:{first.id}")
        db.session.rollback()


def test_an_older_tab_does_not_write_over_a_newer_draft(app, cast):
    first = keep(app, cast.alice, {"plan": ["a"]})
    keep(app, cast.alice, {"plan": ["ab"]}, built_on=first.number)

    with pytest.raises(actions.NewerDraft):
        keep(app, cast.alice, {"plan": ["other tab"]}, built_on=first.number)
    assert offered(app, cast.alice).fields == {"plan": ["ab"]}


def test_a_draft_expires_after_thirty_days(app, cast):
    keep(app, cast.alice, {"plan": ["a"]})

    with time_machine.travel(now() + dt.timedelta(days=30, seconds=1)):
        assert offered(app, cast.alice) is None


@pytest.mark.one_database
def test_passwords_and_bookkeeping_are_never_kept(app, cast):
    keep(app, cast.alice, {"password": ["secret"], "csrf_token": ["t"], "plan": ["a"]})

    assert offered(app, cast.alice).fields == {"plan": ["a"]}
    assert BOOKKEEPING <= actions.NEVER_KEPT


def test_autosaving_answers_with_the_number_to_build_on(alice):
    first = alice.post("/drafts", {"key": PAGE, "version": "0", "plan": "a"})
    second = alice.post("/drafts", {"key": PAGE, "version": "1", "plan": "ab"})
    stale = alice.post("/drafts", {"key": PAGE, "version": "1", "plan": "x"})

    assert (first.json["version"], second.json["version"]) == (1, 2)
    assert stale.status_code == 409


@pytest.mark.one_database
@pytest.mark.parametrize(
    "key", ["", "//evil.example", "https://evil.example", "/\\evil", "/" + "x" * 400, "/a\nb"]
)
def test_a_draft_needs_a_page_of_this_site(alice, key):
    assert alice.post("/drafts", {"key": key, "version": "0", "plan": "a"}).status_code == 400


@pytest.mark.one_database
@pytest.mark.parametrize("version", ["", "-1", "x", "٣", "9" * 30])
def test_a_draft_needs_a_number(alice, version):
    assert alice.post("/drafts", {"key": PAGE, "version": version}).status_code == 400


@pytest.mark.one_database
def test_discarding_leads_back_to_the_page_without_the_draft(app, cast, alice):
    keep(app, cast.alice, {"plan": ["a"]}, page="/patients")

    answer = alice.post("/drafts/discard", {"page": "/patients"})

    assert (answer.status_code, answer.location) == (303, "/patients")
    assert offered(app, cast.alice, "/patients") is None


@pytest.mark.one_database
def test_nobody_signed_in_keeps_no_draft(nobody):
    assert nobody.post("/drafts", {"key": PAGE, "version": "0"}).status_code == 303
