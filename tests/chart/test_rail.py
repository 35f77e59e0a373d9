"""The rail of the overview, and adverse events beside the treatments: as the records have them."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.clinical.adverse_events import Action, Event, Grade, Outcome, Relatedness
from dashboard.clinical.event_list import event_list
from dashboard.clock import now
from dashboard.db import db
from dashboard.sessions import events
from tests.cast import sign_in
from tests.clearance.conftest import clock, stable
from tests.sessions.at_home import alice as by_alice
from tests.sessions.on_pages import answer, begin, found, session, start, words

__all__ = ["clock", "session", "stable"]

pytestmark = pytest.mark.one_database


def write(app, cast, kind, grade, *, at, serious=frozenset(), amends=None):
    with app.app_context(), acting_as_job("test data"):
        event = Event(
            kind=event_list().events[kind], grade=grade, seriousness=serious, onset_minutes=None,
            offset_minutes=None, relatedness=Relatedness.PROBABLE, action=Action.NONE,
            outcome=Outcome.RECOVERED,
        )  # fmt: skip
        earlier = next((one for one in events.standing(cast.ann) if one.ref == amends), None)
        row = events.record(
            cast.ann, event, began_at=at, words="", by=by_alice(cast), amends=earlier
        )
        db.session.commit()
        return row.ref


def box(visitor, cast, title):
    page = BeautifulSoup(visitor.get(f"/patients/{cast.ann_ref}").text, "html.parser")
    (panel,) = [
        one for one in page.select("aside .panel") if title in [h.text for h in one.select("h2")]
    ]
    said = {one.text: one.find_next("dd").text for one in panel.select("dt")}
    return said, panel.get_text(" ", strip=True), panel.select_one("a")["href"]


def test_the_rail_names_the_plan_and_follows_the_session(app, cast, session, clock):
    alice = begin(app, cast, session)
    said, text, href = box(alice, cast, "Plan")
    assert "version 1, Active" in text and "/plan/" in href
    assert said["Dose"] == "60 mg SL, held 10 min" and said["Sessions"] == "0 of 6 given"
    assert "Next" in said or "Was planned" in said, "a session whose pre-flight began is planned"

    answer(alice, session, clock)
    assert start(alice, session).status_code == 303
    said, text, href = box(alice, cast, "Last session")
    assert href == session and "no. 1," in text
    assert said["Left"] == "in session" and said["Adverse events"] == "none recorded"
    assert said["Pressure"] == "116/72"
    with app.app_context(), acting_as_job("test data"):
        began = found().started_at
    write(app, cast, "nausea", Grade(1), at=began + dt.timedelta(minutes=40))
    clock.shift(dt.timedelta(minutes=41))
    alice = sign_in(app, cast.alice)
    saved = alice.fill_in(f"{session}/live", {"slot": "between", "values": "141/88 70 98"})
    assert saved.status_code == 303
    said, _, _ = box(alice, cast, "Last session")
    assert said["Pressure"] == "116/72 → 141/88", "the chart follows in the same minute"


def test_events_lie_in_their_lane_as_last_amended_and_lead_to_their_record(
    app, cast, session, clock
):
    alice = begin(app, cast, session)
    at = now() - dt.timedelta(days=1)
    first = write(app, cast, "nausea", Grade(1), at=at)
    amended = write(app, cast, "nausea", Grade(3), at=at, amends=first)
    other = write(app, cast, "headache", None, at=at + dt.timedelta(hours=1), serious=None)

    page = alice.get(f"/patients/{cast.ann_ref}?range=all")
    tree = BeautifulSoup(page.text, "html.parser")
    rows = {
        row.select_one("a")["href"].rsplit("/", 1)[1]: row.get_text(" ", strip=True)
        for row in tree.select(".disclose tbody tr")
        if "/events/" in str(row)
    }
    assert set(rows) == {amended, other}, "one mark an event, as it is known now"
    assert "grade 3" in rows[amended] and "serious" in rows[amended]
    assert "not graded yet" in rows[other] and "seriousness not answered" in rows[other]
    assert "2 adverse events" in words(page)
    assert alice.get(f"/patients/{cast.ann_ref}/events/{amended}").status_code == 200
