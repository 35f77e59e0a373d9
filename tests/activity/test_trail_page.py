"""The activity list: everything that happened, found quickly, exported whole, changed by nobody."""

import base64
import csv
import datetime as dt
import hashlib
import io
import json
import re

import pytest
import sqlalchemy as sa
import time_machine

from dashboard import audit
from dashboard.activity import reading
from dashboard.activity.filter import Asked
from dashboard.activity.words import ACTIONS, detail
from dashboard.actor import Actor, Kind, acting_as, acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from tests import cast as people
from tests.accounts.doors import ref_of

NOON = dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC)  # 12:00 ET


def happen(app, actor_name="Alice Adler", times=1, **what):
    """Let something happen that the trail tells of."""
    with app.app_context(), acting_as(Actor(Kind.PERSON, actor_name, what.pop("by", None))):
        for _ in range(times):
            audit.record(db.session, what.get("action", audit.Action.OPEN), **what.get("of", {}))
        db.session.commit()
        db.session.remove()


def change_ann(app, cast):
    with app.app_context(), acting_as(Actor(Kind.PERSON, "Alice Adler", cast.alice)):
        db.session.get(Patient, cast.ann).family_name = "Secretname"
        db.session.commit()
        db.session.remove()


def body(page):
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return main.partition("<tbody>")[2].partition("</tbody>")[0]


def numbers(page):
    return [int(n) for n in re.findall(r"no\. (\d+)<", body(page))]


def export(cleo, query=""):
    answer = cleo.post(f"/activity/export{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return answer, list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_row_says_when_who_what_and_which_fields_but_no_clinical_value(app, cast, cleo):
    change_ann(app, cast)

    row = body(cleo.get("/activity")).partition("</tr>")[0]

    assert re.search(r"\d\d-\w{3}-\d{4} \d\d:\d\d ET", row)
    for words in ("Alice Adler", "Changed", "patient", "family name", cast.ann_ref[:8]):
        assert words in row
    assert "Secretname" not in row
    assert "Abel" not in row


def test_the_list_is_filtered_by_person_patient_and_action(app, cast, cleo):
    change_ann(app, cast)
    happen(app, "Bob Baum", by=cast.bob, of={"patient_id": cast.ben})

    alices = cleo.get(f"/activity?person={ref_of(app, cast.alice)}")
    assert "Alice Adler" in body(alices)
    assert "Bob Baum" not in body(alices)
    for patient in (cast.ben_ref, cast.ben_ref.upper(), str(cast.ben), cast.ben.hex):
        page = body(cleo.get(f"/activity?patient={patient}"))
        assert "Bob Baum" in page
        assert "Alice Adler" not in page
    assert "Opened the chart" in body(cleo.get("/activity?action=open+chart"))
    assert "Changed" not in body(cleo.get("/activity?action=open+chart"))
    both = cleo.get(f"/activity?patient={cast.ben_ref}&action=update")
    assert "Nothing matches" in both.text


def test_the_list_is_filtered_by_day_and_time_of_the_practice(app, cast):
    for hours in range(5):
        with time_machine.travel(NOON + dt.timedelta(hours=hours), tick=False):
            happen(app, f"Person {hours}")
    with time_machine.travel(NOON + dt.timedelta(hours=6), tick=False):
        cleo = people.sign_in(app, cast.cleo)
        cases = {
            "from_day=20-Nov-2026": {0, 1, 2, 3, 4},
            "from_day=2026-11-20&from_time=13:00": {1, 2, 3, 4},
            "to_day=11/20/2026&to_time=1400": {0, 1, 2},
            "from_day=t&from_time=13:00&to_day=t&to_time=15:00": {1, 2, 3},
            "from_day=21-Nov-2026": set(),
            "to_day=19-Nov-2026": set(),
        }
        for query, expected in cases.items():
            shown = body(cleo.get(f"/activity?{query}"))
            assert {n for n in range(5) if f"Person {n}" in shown} == expected, query


def test_a_clock_that_was_set_back_hides_nothing(app, cast):
    for minutes in (0, 30, 60, 10, 40):  # corrected backwards after the third
        with time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False):
            happen(app, f"At {minutes}.")
    with time_machine.travel(NOON + dt.timedelta(hours=2), tick=False):
        cleo = people.sign_in(app, cast.cleo)
        shown = body(cleo.get("/activity?from_day=t&from_time=12:20&to_day=t&to_time=12:45"))

    assert {m for m in (0, 30, 60, 10, 40) if f"At {m}." in shown} == {30, 40}


def test_paging_walks_the_whole_trail_and_back_without_gap_or_double(app, cast, cleo):
    happen(app, times=120)
    pages, path = [], "/activity"
    while path:
        page = cleo.get(path)
        pages.append(numbers(page))
        older = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = older[1].replace("&amp;", "&") if older else ""
    seen = [n for page in pages for n in page]
    assert seen == sorted(seen, reverse=True)
    assert seen == list(range(seen[0], 0, -1))

    back = []
    while newer := re.search(r'rel="prev" href="([^"]+)"', page.text):
        page = cleo.get(newer[1].replace("&amp;", "&"))
        back.append(numbers(page))
    assert sorted({n for part in back for n in part}, reverse=True) == seen[: -len(pages[-1])]


def test_the_list_needs_as_few_statements_for_many_rows_as_for_few(app, cast, cleo, counting):
    with counting() as few:
        cleo.get("/activity")
    happen(app, times=300, of={"patient_id": cast.ann})
    with counting() as many:
        cleo.get(f"/activity?patient={cast.ann_ref}")

    assert len(few) <= 4
    assert len(many) <= 5


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(action="open chart"),
        Asked(since=NOON, until=NOON + dt.timedelta(days=1)),
    ],
)
def test_no_filter_reads_the_whole_trail(app, cast, asked):
    happen(app, times=200)
    people_and_patients = (
        Asked(actor_id=cast.alice, action=asked.action),
        Asked(patient_id=cast.ann, action=asked.action),
    )
    with app.app_context():
        db.session.execute(sa.text("ANALYZE"))
        for one in (asked, *people_and_patients):
            plan = explain(reading._slice(one).order_by(audit.AuditEvent.seq.desc()).limit(51))
            assert "SEQ SCAN" not in plan
            assert not re.search(r"SCAN AUDIT_EVENT$", plan) or one == Asked()
            assert "TEMP B-TREE" not in plan
        db.session.remove()


def explain(query):
    dialect = db.engine.dialect
    text = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    if dialect.name == "sqlite":
        plan = db.session.execute(sa.text(f"EXPLAIN QUERY PLAN {text}")).all()
        return "\n".join(row[3] for row in plan).upper()
    db.session.execute(sa.text("SET enable_seqscan = off"))
    steps = db.session.execute(sa.text(f"EXPLAIN {text}")).scalars()
    return "\n".join(steps).upper()


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from_day=31-Feb-2026", "does not exist in the calendar"),
        ("from_day=sNaN", "Write the date as"),
        ("to_day=99999-01-01", "Write the date as"),
        ("from_day=t&from_time=25:00", "Write the time as"),
        ("from_time=12:00", "day this time belongs to"),
        ("to_time=12:00", "day this time belongs to"),
        ("from_day=t&to_day=-1d", "lies before the first"),
        ("patient=somebody", "stands in a chart"),
        ("patient=' OR 1=1 --", "stands in a chart"),
        ("patient=" + "x" * 5000, "Shorten this"),
        ("person=" + "a" * 26, "Choose a person"),
        ("action=shutdown", "Choose an action"),
    ],
)
def test_a_filter_that_cannot_be_read_is_told_and_shows_nothing(cleo, query, words):
    answer = cleo.get(f"/activity?{query}")

    assert answer.status_code == 422
    assert answer.text.count(words) == 2
    assert body(answer) == ""
    assert cleo.post(f"/activity/export?{query}").status_code == 422


@pytest.mark.parametrize("place", ["-1", "1e5", "9" * 17, "9" * 30, "\0", "sNaN", "3_0"])
def test_a_place_that_is_none_is_left_out_or_empty(cleo, place):
    assert cleo.get(f"/activity?before={place}").status_code == 200
    assert cleo.get(f"/activity?after={place}").status_code == 200


def test_a_patient_who_is_not_there_has_no_activity(cleo):
    page = cleo.get("/activity?patient=aaaaaaaa-bbbb-4bbb-8bbb-bbbbbbbbbbbb")

    assert "Nothing matches" in page.text


def test_the_export_holds_the_whole_slice_and_is_itself_told(app, cast, cleo, rows):
    happen(app, times=1100)

    answer, lines = export(cleo)

    told = rows("SELECT * FROM audit_event ORDER BY seq DESC LIMIT 1")[0]
    assert (told.action, told.actor_name) == ("export", "Cleo Cruz")
    assert [int(line["number"]) for line in lines] == list(range(1, told.seq))
    digest = hashlib.sha256(answer.data).digest()
    assert json.loads(told.detail) == {"rows": len(lines), "sha256": digest.hex()}
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
    assert answer.data.startswith("\ufeff".encode())
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_export_follows_the_filter(app, cast, cleo):
    change_ann(app, cast)
    happen(app, "Bob Baum", by=cast.bob, of={"patient_id": cast.ben})

    _, lines = export(cleo, f"?person={ref_of(app, cast.bob)}")

    assert {line["who"] for line in lines} == {"Bob Baum"}
    assert {line["patient_id"] for line in lines} == {str(cast.ben)}


@pytest.mark.one_database
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_export_is_a_formula(app, cast, cleo, start):
    happen(app, f"{start}cmd|' /C calc'!A0", of={"subject": f"{start}1+1"})

    _, lines = export(cleo)

    assert lines[-1]["who"].startswith("'")
    assert lines[-1]["subject"].startswith("'")
    assert all(not cell.startswith(start) for line in lines for cell in line.values())


def test_the_export_holds_no_clinical_value(app, cast, cleo):
    change_ann(app, cast)

    answer, lines = export(cleo)

    assert lines[-1]["fields"] == "family name"
    assert b"Secretname" not in answer.data


def test_what_happens_while_the_file_is_written_is_not_in_it(app, cast, rows):
    happen(app, times=5)
    with app.app_context():
        up_to = reading.newest()
        before = "".join(reading.lines(Asked(), up_to=up_to))
        db.session.remove()
    happen(app, times=5)
    with app.app_context():
        assert "".join(reading.lines(Asked(), up_to=up_to)) == before
        db.session.remove()


def test_values_are_told_only_of_what_an_admin_did_with_accounts():
    held = json.dumps({"role": "admin", "reason": "x"})

    assert detail("change role", "account", held) == "role: admin, reason: x"
    assert detail("emergency access", "patient", held) == "role, reason"
    assert detail("update", "account", json.dumps({"email": ["a", "b"]})) == "email"
    assert detail("create", "patient", held) == ""


@pytest.mark.one_database
def test_a_job_is_named_by_its_reason(app, cast, cleo):
    with app.app_context(), acting_as_job("nightly check"):
        audit.record(db.session, audit.Action.EXPORT)
        db.session.commit()
        db.session.remove()

    assert "job: nightly check" in body(cleo.get("/activity"))


@pytest.mark.one_database
@pytest.mark.parametrize("action", [one.value for one in audit.Action])
def test_every_action_of_the_trail_has_words_and_can_be_asked_for(cleo, action):
    assert action in ACTIONS
    assert cleo.get("/activity", query_string={"action": action}).status_code == 200
