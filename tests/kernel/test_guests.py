"""People without an account, after their proof: a short visit that ends with their link."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from dashboard import guests, links
from dashboard.access import Allow, Area, UnruledRoute
from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import LinkEnded
from dashboard.guests import ProofNeeded
from dashboard.links import OpenLink, Purpose

CHECK_IN = Purpose.CHECK_IN
NAME = "__Host-casement-check-in"


@pytest.fixture
def link(app, cast) -> OpenLink:
    """A link that holds for a day."""
    with app.app_context(), acting_as_job("test"):
        token = links.issue(CHECK_IN, subject_id=uuid.uuid4(), lifetime=dt.timedelta(days=1))
        db.session.commit()
        return links.present(token, CHECK_IN)


def cookie_for(app, link) -> str:
    with app.test_request_context():
        response = app.make_response("")
        guests.admit(response, link)
        return str(response.headers["Set-Cookie"]).partition(";")[0].partition("=")[2]


def admitted(app, cookie, purpose=CHECK_IN, **options) -> OpenLink:
    with app.test_request_context(headers={"Cookie": f"{NAME}={cookie}"}):
        return guests.admitted(purpose, **options)


def end(app, work) -> None:
    with app.app_context(), acting_as_job("test"):
        work()
        db.session.commit()


def test_whoever_was_let_in_is_known_by_the_link_for_two_hours(app, link):
    cookie = cookie_for(app, link)

    assert admitted(app, cookie) == link
    later = now() + guests.LIFETIME + dt.timedelta(seconds=2)
    with time_machine.travel(later), pytest.raises(ProofNeeded):
        admitted(app, cookie)


@pytest.mark.one_database
def test_a_cookie_of_ones_own_making_or_for_another_purpose_lets_nobody_in(app, link):
    cookie = cookie_for(app, link)

    for made_up in ("", "nonsense", str(link.id), cookie[:-2], cookie.swapcase()):
        with pytest.raises(ProofNeeded):
            admitted(app, made_up)
    with pytest.raises(ProofNeeded):
        admitted(app, cookie, Purpose.INVITATION)


def test_the_visit_ends_with_the_link(app, link):
    cookie = cookie_for(app, link)

    end(app, lambda: links.use_up(link))
    with pytest.raises(LinkEnded):
        admitted(app, cookie)
    assert admitted(app, cookie, even_used=True) == link
    end(app, lambda: setattr(db.session.get(links.Link, link.id), "revoked_at", now()))
    with pytest.raises(LinkEnded):
        admitted(app, cookie, even_used=True)


def test_five_proofs_are_looked_at_and_no_sixth(app, link):
    with app.app_context():
        assert [links.count_proof(link) for _ in range(links.PROOFS)] == [4, 3, 2, 1, 0]
        with pytest.raises(LinkEnded):
            links.count_proof(link)
        links.forgive_proofs(link)
        assert links.count_proof(link) == 4


def test_a_page_for_guests_names_its_purposes():
    with pytest.raises(UnruledRoute):
        Area("x", __name__).add_url_rule("/x", "x", lambda: "", allow=Allow.GUEST)
