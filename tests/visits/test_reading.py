"""Reading visits: the list, the page, paper; the weight only when asked for; few statements."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.clinical.quantities import Unit
from dashboard.db import db
from dashboard.visits import actions
from dashboard.visits.models import VisitKind, VitalKey
from dashboard.visits.vitals import Vital
from tests.visits.writing import NOON, SOAP, logged, visits_of, write, write_and_sign

WEIGHT = Vital(VitalKey.WEIGHT, "113.7", Unit.POUND)
ACCESS_AND_TRAIL = 1 + 1 + 3  # the sign-in, the patient, and the trail of an opened page
SAVING = 1 + 1 + 2 + 4  # the sign-in, the patient, the submission, and the trail of a save


def refs_in(page):
    """The visits of a list, in its order."""
    links = BeautifulSoup(page.text, "html.parser").select("tbody a[data-row]")
    return [str(link["href"]).rsplit("/", 1)[1] for link in links]


@pytest.fixture
def sixty(app, cast, rows):
    """Sixty visits of Ann, three of them at the same moment; newest first."""
    for number in range(60):
        day = 0 if number in {20, 21, 22} else number
        logged(app, cast.ann, cast.alice, at=NOON - dt.timedelta(days=day), signed=number % 2 == 0)
    order = rows("SELECT ref FROM visit ORDER BY began_at DESC, id DESC")
    return [row.ref for row in order]


def test_the_list_is_newest_first_and_pages_both_ways_without_gap_or_repeat(alice, cast, sixty):
    def linked(page, way):
        link = BeautifulSoup(page.text, "html.parser").select_one(f".pager a[rel={way}]")
        return link and link["href"]

    pages = [alice.get(visits_of(cast.ann_ref))]
    while address := linked(pages[-1], "next"):
        pages.append(alice.get(address))
    back = alice.get(linked(pages[2], "prev"))

    assert [ref for page in pages for ref in refs_in(page)] == sixty
    assert refs_in(back) == refs_in(pages[1])
    assert linked(pages[0], "prev") is None
    assert linked(alice.get(linked(back, "prev")), "prev") is None


def test_a_foreign_place_in_the_list_is_no_place(app, alice, cast, rows, sixty):
    logged(app, cast.ben, cast.bob, at=NOON - dt.timedelta(days=10))
    (foreign,) = rows("SELECT ref FROM visit WHERE author_id = :bob", bob=_key(app, cast.bob))

    answer = alice.get(f"{visits_of(cast.ann_ref)}?before={foreign.ref}")

    assert refs_in(answer) == sixty[:25]


def _key(app, user_id):
    with app.app_context():
        return user_id.hex if db.engine.dialect.name == "sqlite" else user_id


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("state=unsigned", 2),
        ("state=signed", 1),
        ("state=entered+in+error", 0),
        ("kind=follow-up", 3),
        ("kind=phone", 0),
        ("first_day=17-Nov-2026", 2),
        ("last_day=16-Nov-2026", 1),
        ("first_day=16-Nov-2026&last_day=16-Nov-2026", 1),
    ],
)
def test_the_list_is_narrowed(app, alice, cast, query, count):
    late = dt.datetime(2026, 11, 17, 4, 30, tzinfo=dt.UTC)  # still the 16th in New York
    logged(app, cast.ann, cast.alice, at=late, signed=False)
    logged(app, cast.ann, cast.alice, at=NOON, signed=False)
    logged(app, cast.ann, cast.alice, at=NOON)

    assert len(refs_in(alice.get(f"{visits_of(cast.ann_ref)}?{query}"))) == count


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query",
    ["kind=haircut", "state=lost", "author=nobody", "first_day=31-Feb-2026", "last_day=sNaN"],
)
def test_a_filter_that_cannot_be_meant_is_told(alice, cast, query):
    answer = alice.get(f"{visits_of(cast.ann_ref)}?{query}")

    assert answer.status_code == 422
    assert "There is a problem" in answer.text


@pytest.mark.one_database
def test_a_place_that_is_none_shows_the_newest(alice, cast, sixty):
    for place in ("x", "%00", "a" * 5000, "'", "aaaaaaaaaaaaaaaaaaaaaaaaaa"):
        answer = alice.get(f"{visits_of(cast.ann_ref)}?before={place}")

        assert refs_in(answer) == sixty[:25], place[:30]


@pytest.mark.one_database
def test_an_unsigned_note_says_for_how_long(app, alice, cast):
    logged(app, cast.ann, cast.alice, at=NOON - dt.timedelta(days=3), signed=False)

    assert "Unsigned, 3 days" in alice.get(visits_of(cast.ann_ref)).text


@pytest.mark.one_database
def test_an_empty_list_says_what_to_do(alice, cast):
    page = alice.get(visits_of(cast.ann_ref)).text

    assert "No visits yet" in page
    assert "Log a visit" in page


@pytest.mark.one_database
def test_the_weight_is_in_no_page_until_asked_and_gone_after(alice, cast, rows):
    address = write_and_sign(alice, cast.ann_ref, weight="113.7")
    pages = ("", "/print", "/addendum", "/error")

    assert all("113.7" not in alice.get(address + page).text for page in pages)
    assert "113.7" not in alice.get(visits_of(cast.ann_ref)).text
    assert "Recorded, hidden" in alice.get(address).text

    asked = alice.post(f"{address}/weight")
    shown, reloaded = alice.get(asked.location), alice.get(asked.location)

    assert "113.7 lb (51.6 kg)" in shown.text
    assert "113.7" not in reloaded.text
    assert len(rows("SELECT * FROM audit_event WHERE action = 'show weight'")) == 1


@pytest.mark.one_database
def test_the_weight_of_an_open_note_is_in_no_page_either(alice, cast):
    address = write(alice, cast.ann_ref, weight="113.7")

    assert all("113.7" not in alice.get(address + page).text for page in ("", "/edit", "/sign"))


@pytest.mark.one_database
def test_asking_for_one_weight_shows_no_other(alice, cast):
    one = write(alice, cast.ann_ref, weight="113.7")
    other = write(alice, cast.ann_ref, weight="115.9")
    alice.post(f"{one}/weight")

    assert "115.9" not in alice.get(other).text


@pytest.mark.one_database
def test_a_print_view_names_the_patient_and_is_told_in_the_trail(alice, cast, rows):
    address = write(alice, cast.ann_ref)
    page = BeautifulSoup(alice.get(f"{address}/print").text, "html.parser")
    head = " ".join(part.text for part in page.select(".print-head"))

    assert "ABEL, Ann" in head
    assert "14-Mar-1996" in head
    assert "UNSIGNED DRAFT" in head
    assert "printed" in head
    assert len(rows("SELECT * FROM audit_event WHERE action = 'print'")) == 1


@pytest.mark.one_database
def test_a_signed_note_prints_without_the_word_draft(alice, cast):
    address = write_and_sign(alice, cast.ann_ref)

    assert "UNSIGNED" not in alice.get(f"{address}/print").text


def test_markers_are_one_statement_in_the_order_of_time(app, cast, counting):
    for days in (3, 1, 2):
        logged(app, cast.ann, cast.alice, at=NOON - dt.timedelta(days=days), signed=days != 2)
    with app.app_context(), acting_as_job("test"), counting() as sent:
        found = actions.markers(cast.ann)
        db.session.remove()

    assert len(sent) == 1
    assert [(m.began_at, m.is_signed) for m in found] == [
        (NOON - dt.timedelta(days=days), days != 2) for days in (3, 2, 1)
    ]
    assert {m.kind for m in found} == {VisitKind.FOLLOW_UP}


@pytest.fixture(params=[1, 100])
def many(request, app, cast):
    """One visit of Ann, or a hundred."""
    for number in range(request.param):
        logged(app, cast.ann, cast.alice, at=NOON - dt.timedelta(days=number), vitals=(WEIGHT,))


def test_the_list_takes_four_statements_at_most(alice, cast, many, counting):
    with counting() as sent:
        assert alice.get(visits_of(cast.ann_ref)).status_code == 200

    assert len(sent) <= 4 + ACCESS_AND_TRAIL


def test_a_visit_takes_eight_statements_at_most(alice, cast, many, counting):
    address = write(alice, cast.ann_ref, **{"blood_pressure": "118/74"})
    with counting() as sent:
        assert alice.get(address).status_code == 200

    assert len(sent) <= 8 + ACCESS_AND_TRAIL


def test_logging_a_visit_takes_seven_statements_at_most(alice, cast, many, counting):
    new = f"{visits_of(cast.ann_ref)}/new"
    fields = {**alice.fields(new), **SOAP, "save_draft": "1", "weight": "113.7", "spo2": "98"}
    with counting() as sent:
        assert alice.post(new, fields).status_code == 303

    assert len(sent) <= 7 + SAVING


@pytest.mark.parametrize("act", ["edit", "sign"])
def test_editing_and_signing_take_seven_statements_at_most(alice, cast, many, counting, act):
    address = write(alice, cast.ann_ref, weight="113.7", spo2="98")
    fields = {**alice.fields(f"{address}/{act}"), "save_draft": "1", "spo2": "97"}
    with counting() as sent:
        assert alice.post(f"{address}/{act}", fields).status_code == 303

    assert len(sent) <= 7 + SAVING


PLANS = {
    "the list": "SELECT * FROM visit WHERE patient_id = '1' AND entered_in_error_at IS NULL "
    "ORDER BY began_at DESC, id DESC LIMIT 26",
    "the last visit": "SELECT * FROM visit WHERE patient_id = '1' AND began_at < '2026-01-01' "
    "ORDER BY began_at DESC, id DESC LIMIT 1",
    "open work": "SELECT * FROM visit WHERE responsible_id = '1' AND signed_at IS NULL",
    "vital signs": "SELECT * FROM vital_sign WHERE visit_id = '1'",
    "addenda": "SELECT * FROM addendum WHERE visit_id = '1' ORDER BY at, id",
    "hand-overs": "SELECT * FROM visit_hand_over WHERE visit_id = '1' ORDER BY at, id",
}


@pytest.mark.parametrize("question", PLANS)
def test_no_question_about_visits_reads_the_whole_table(app, cast, question):
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SET enable_seqscan = off")
            asked = PLANS[question].replace("'1'", "'00000000-0000-0000-0000-000000000001'")
            plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {asked}").scalars())
            assert "Seq Scan" not in plan
            return
        lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {PLANS[question]}").all()
    assert not [line for line in lines if line[3].startswith("SCAN")]
