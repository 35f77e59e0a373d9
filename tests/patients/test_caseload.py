"""The caseload: whom a physician sees, in what order, page by page, and how somebody is found."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from dashboard.actor import Actor, Kind, acting_as, acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients import caseload as cases
from dashboard.patients import searching
from dashboard.patients.models import EmergencyAccess, Status
from tests.patients.people import treat

LIST = "/patients"
HOSTILE = '<script>alert("x")</script>'


def names(answer):
    """Return the names in the tables of a page, in order."""
    page = BeautifulSoup(answer.text, "html.parser")
    return [link.text.strip() for link in page.select("main th[scope=row] a[data-row]")]


def find(visitor, text):
    return visitor.post("/patients/search", {"q": text})


def suggested(visitor, text):
    return visitor.post("/patients/suggest", {"q": text}).json["results"]


def crowd(count):
    return [(f"Family{n:04d}", "Kim") for n in range(count)]


def test_a_physician_sees_the_patients_they_treat_by_name(app, cast, alice):
    treat(app, cast.alice, ("Łukasz", "Ewa"), ("de la Cruz", "Inés"), ("Zorn", "Ada"))

    assert names(alice.get(LIST)) == [
        "Abel, Ann", "de la Cruz, Inés", "Łukasz, Ewa", "Zorn, Ada",
    ]  # fmt: skip


def test_newest_first_when_asked(app, cast, alice):
    treat(app, cast.alice, ("Zorn", "Ada"))
    treat(app, cast.alice, ("Moss", "Ida"))

    assert names(alice.get(f"{LIST}?sort=registered")) == ["Moss, Ida", "Zorn, Ada", "Abel, Ann"]


def test_only_those_with_one_status_when_asked(app, cast, alice):
    treat(app, cast.alice, ("Zorn", "Ada"), status=Status.PAUSED)

    assert names(alice.get(f"{LIST}?status=paused")) == ["Zorn, Ada"]
    empty = alice.get(f"{LIST}?status=discharged")
    assert names(empty) == []
    assert "None of your patients is “discharged”" in empty.text


@pytest.mark.one_database
def test_a_physician_without_patients_is_told_what_to_do(app, cast, bob, rows):
    with app.app_context(), acting_as_job("test data"):
        place = sa.text("update care_team_member set until = since, removed_by_id = user_id")
        db.session.connection().execute(place)
        db.session.commit()

    page = bob.get(LIST)

    assert "No patients yet" in page.text
    empty = BeautifulSoup(page.text, "html.parser").select(".empty a")
    assert [link.text for link in empty] == ["Register patient"]


@pytest.mark.parametrize("sort", ["name", "registered"])
def test_paging_shows_everybody_once_there_and_back(app, cast, alice, monkeypatch, sort):
    monkeypatch.setattr(cases, "PAGE", 6)
    treat(app, cast.alice, *crowd(14))
    path = f"{LIST}?sort={sort}"
    pages = []
    while path:
        answer = alice.get(path)
        pages.append(names(answer))
        path = link(answer, "next")
    there = [name for page in pages for name in page]

    assert [len(page) for page in pages] == [6, 6, 3]
    assert len(set(there)) == 15
    back: list[list[str]] = []
    while True:
        back.insert(0, names(answer))
        if not (path := link(answer, "prev")):
            break
        answer = alice.get(path)
    assert back == pages


def test_nobody_is_skipped_when_somebody_is_registered_meanwhile(app, cast, alice):
    treat(app, cast.alice, *crowd(60))
    first = alice.get(LIST)
    treat(app, cast.alice, ("Aaron", "New"))

    assert names(alice.get(link(first, "next"))) == [f"Family{n:04d}, Kim" for n in range(49, 60)]


@pytest.mark.parametrize("place", ["nobody", "a" * 26, "%00", "x" * 5000, "{ben}", "'--"])
def test_a_place_nobody_has_is_the_beginning(cast, alice, place):
    page = alice.get(f"{LIST}?after={place.format(ben=cast.ben_ref)}")

    assert page.status_code == 200
    assert names(page) == ["Abel, Ann"]


@pytest.mark.one_database
def test_no_address_of_the_list_holds_a_name(app, cast, alice):
    treat(app, cast.alice, *crowd(60))

    page = BeautifulSoup(alice.get(LIST).text, "html.parser")

    assert not [a["href"] for a in page.find_all("a", href=True) if "amily" in a["href"]]


FOUND = {
    "riv": "Rivera, Elena",
    "RIVERA": "Rivera, Elena",
    "rivera el": "Rivera, Elena",
    "Rivera, Elena": "Rivera, Elena",
    "elena": "Rivera, Elena",
    "elena riv": "Rivera, Elena",
    "lukasz": "Łukasz, Jan",
    "Łuk": "Łukasz, Jan",
    "oneil": "O'Neil, Sam",
    "O’Neil": "O'Neil, Sam",
    "de la c": "de la Cruz, Inés",
    "ines": "de la Cruz, Inés",
    "ωmega": "Ωmega, Zoë",
    "ΩMEGA": "Ωmega, Zoë",
    "שרה": "כהן, שרה",
    "004 718": "Numbered, One",
    "004718": "Numbered, One",
    "k-77": "Lettered, Two",
    "29-Feb-2000": "Leap, Day",
    "2000-02-29": "Leap, Day",
    "2/29/2000": "Leap, Day",
    "Feb 29, 2000": "Leap, Day",
}


@pytest.fixture
def people(app, cast):
    treat(
        app, cast.alice, ("Rivera", "Elena"), ("Łukasz", "Jan"), ("O'Neil", "Sam"),
        ("de la Cruz", "Inés"), ("Ωmega", "Zoë"), ("כהן", "שרה"), ("Ta", "Tom"),
    )  # fmt: skip
    treat(app, cast.alice, ("Numbered", "One"), mrn="004718")
    treat(app, cast.alice, ("Lettered", "Two"), mrn="K-77")
    treat(app, cast.alice, ("Leap", "Day"), born_on=dt.date(2000, 2, 29))


def test_somebody_is_found_by_name_number_or_birth_date(people, alice):
    assert {typed: names(find(alice, typed)) for typed in FOUND} == {
        typed: [name] for typed, name in FOUND.items()
    }


def test_a_single_letter_is_a_name_and_not_today(people, alice):
    assert "Ta, Tom" in names(find(alice, "t"))


def test_search_as_one_types_says_who_and_where(people, alice):
    [row] = suggested(alice, "rive")

    assert row["name"] == "RIVERA, Elena"
    assert row["born"].startswith("14-Mar-1996 (")
    assert row["note"] == ""
    assert alice.get(row["url"]).status_code in {200, 404}


def test_at_most_eight_are_suggested(app, cast, alice):
    treat(app, cast.alice, *crowd(20))

    assert len(suggested(alice, "family")) == 8


def test_patients_with_one_name_are_told_apart(app, cast, alice):
    treat(app, cast.alice, ("Park", "Ji-woo"), born_on=dt.date(1990, 1, 1))
    treat(app, cast.alice, ("Park", "Ji Woo"), ("Parker", "Jo"))

    page = alice.get(LIST).text
    notes = [row["note"] for row in suggested(alice, "park")]

    assert page.count("Another patient has this name: check the birth date") == 2
    assert [bool(note) for note in notes] == [True, True, False]


def test_another_physicians_patient_of_the_same_name_is_not_told_of(app, cast, alice):
    treat(app, cast.bob, ("Abel", "Ann"))

    assert "Another patient has this name" not in alice.get(LIST).text
    assert [row["note"] for row in suggested(alice, "abel")] == [""]


@pytest.mark.parametrize("typed", ["Boone", "ben", "000002", "boone ben"])
def test_another_physicians_patient_is_found_by_nobody_else(alice, typed):
    page = find(alice, typed)

    assert names(page) == []
    assert "No patient of yours matches" in page.text
    assert suggested(alice, typed) == []


BAD = [
    "%", "_", "\x00", "' or 1=1 --", HOSTILE, "\u202eevil", "sNaN", "x" * 1_000_000, "9" * 5000,
    "\ufffd", "32-Jan-2000", "-3d", "3_0", str(2**63),
]  # fmt: skip


@pytest.mark.parametrize("typed", BAD, ids=range(len(BAD)))
def test_whatever_is_typed_is_only_looked_for(alice, typed):
    page, offered = find(alice, typed), alice.post("/patients/suggest", {"q": typed})

    assert page.status_code in {200, 303, 413}
    assert page.status_code == offered.status_code or not typed.strip("\x00")
    assert offered.status_code == 413 or offered.json == {"results": []}
    assert "<script>alert" not in page.text


@pytest.mark.one_database
def test_an_empty_search_leads_to_the_list(alice):
    assert find(alice, "  ").location == LIST
    assert alice.get("/patients/search").location == LIST
    assert alice.post("/patients/suggest").json == {"results": []}


def test_hostile_names_are_words(app, cast, alice):
    treat(app, cast.alice, (HOSTILE, "\u202eEvil"))

    page = alice.get(LIST)

    assert HOSTILE not in page.text
    assert f"{HOSTILE}, " in BeautifulSoup(page.text, "html.parser").text
    assert HOSTILE in find(alice, "script alert").text.replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&#34;", '"')


def test_a_chart_open_in_an_emergency_stands_apart_until_it_closes(app, cast, alice):
    with app.app_context(), acting_as_job("test data"):
        ends_at = now() + dt.timedelta(minutes=60)
        db.session.add(
            EmergencyAccess(patient_id=cast.ben, user_id=cast.alice, reason="x", ends_at=ends_at)
        )
        db.session.commit()

    page = alice.get(LIST)

    assert names(page) == ["Boone, Ben", "Abel, Ann"]
    assert "Open by emergency access" in page.text
    with time_machine.travel(now() + dt.timedelta(minutes=10), tick=False):
        assert names(find(alice, "boone")) == ["Boone, Ben"]
    with app.app_context(), acting_as_job("test data"):
        db.session.scalars(sa.select(EmergencyAccess)).one().ends_at = now()
        db.session.commit()
    assert names(alice.get(LIST)) == ["Abel, Ann"]


@pytest.mark.parametrize("size", [5, 60])
def test_a_page_of_the_list_costs_the_same_for_any_caseload(app, cast, alice, counting, size):
    treat(app, cast.alice, *crowd(size))
    alice.get(LIST)

    for path in (LIST, f"{LIST}?sort=registered&status=active"):
        with counting() as sent:
            alice.get(path)
        assert len(sent) <= 4 + 1, sent.texts  # and the sign-in
    with counting() as sent:
        find(alice, "family")
    assert len(sent) <= 4 + 1, sent.texts
    with counting() as sent:
        suggested(alice, "family")
    assert len(sent) <= 1 + 1, sent.texts


def link(answer, rel):
    found = BeautifulSoup(answer.text, "html.parser").select_one(f"main a[rel={rel}]")
    return found["href"] if found else None


QUESTIONS = {
    "first page": lambda me, _: cases.page(me, cases.Asked()),
    "newest first": lambda me, _: cases.page(me, cases.Asked(order=cases.Order.REGISTERED)),
    "one status": lambda me, _: cases.page(me, cases.Asked(status=Status.PAUSED)),
    "a later page": lambda me, ref: cases.page(me, cases.Asked(after=ref)),
    "an earlier page": lambda me, ref: cases.page(me, cases.Asked(before=ref)),
    "emergencies": lambda me, _: cases.opened_in_emergency(me),
    "a name": lambda me, _: cases.find(me, searching.read("riv")),
    "a number": lambda me, _: cases.find(me, searching.read("004718")),
    "a birth date": lambda me, _: cases.find(me, searching.read("29-Feb-2000")),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_every_patient(app, cast, question):
    """On PostgreSQL whole-table reads are priced out: one that is left has no index to use."""
    [ref, *_] = treat(app, cast.alice, *crowd(3))
    told = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        told.append((statement, parameters))

    with app.app_context(), acting_as(Actor(Kind.PERSON, "Alice", cast.alice)):
        sa.event.listen(db.engine, "before_cursor_execute", note)
        QUESTIONS[question](cast.alice, ref)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        is_sqlite = db.engine.dialect.name == "sqlite"
        connection = db.session.connection()
        if not is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        asked = [(text, values) for text, values in told if text.lstrip().startswith("SELECT")]
        plans = [
            "\n".join(str(row) for row in connection.exec_driver_sql(explain + text, values))
            for text, values in asked
        ]

    assert plans
    for plan in plans:
        for table in ("patient", "care_team_member", "emergency_access"):
            assert f"SCAN {table}" not in plan, plan
            assert f"Seq Scan on {table}" not in plan, plan
