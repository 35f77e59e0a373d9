"""The practice's settings: used at once, kept in the trail, never saved over somebody else's."""

import pytest

from dashboard.clinical.instruments import lay_out
from tests import cast as people
from tests.cast import form_fields
from tests.clinical.test_texts import SCOFF

GOOD = {
    "name": "Lindenhof Practice",
    "telephone": "212-555-0100",
    "time_zone": "America/Denver",
    "states_served": ["NY", "CO", "DC"],
    "answers_are_read": "every morning at eight",
    "alert_minutes": "45",
    "next_visit_days": "10",
    "alert_email": "On-Call@practice.example",
}
POLICY = "SELECT answers_are_read, alert_minutes, next_visit_days, alert_email FROM practice"


def stored(rows):
    return rows("SELECT name, telephone, time_zone, states_served, version FROM practice")[0]


def test_the_settings_are_used_on_the_next_page(cleo, rows):
    answer = cleo.fill_in("/practice", GOOD)

    assert answer.status_code == 303
    page = cleo.get("/practice").text
    assert "MT (UTC" in page
    assert "<span>Lindenhof Practice</span>" in page
    assert tuple(stored(rows)) == (
        "Lindenhof Practice", "212-555-0100", "America/Denver", "CO DC NY", 2,
    )  # fmt: skip
    assert page.count(" checked") >= 3
    assert rows(POLICY) == [("every morning at eight", 45, 10, "on-call@practice.example")]
    assert "no published number" in page


@pytest.mark.one_database
def test_the_american_zones_come_first_and_every_state_is_there(cleo):
    page = cleo.get("/practice").text

    first = page.partition('id="time_zone"')[2]
    assert first.index("America/New York") < first.index("Africa/Abidjan")
    assert page.count('name="states_served"') == 51


def test_a_stale_page_shows_both_texts_and_saves_over_nobody(app, cast, cleo, rows):
    second = people.sign_in(app, cast.cleo)
    mine, theirs = cleo.fields("/practice"), second.fields("/practice")
    second.post("/practice", {**theirs, "name": "Theirs", "states_served": ["NY"]})

    conflict = cleo.post("/practice", {**mine, "name": "Mine", "telephone": "212 555 0199"})

    assert conflict.status_code == 409
    assert "Cleo Cruz saved this at" in conflict.text
    assert "Theirs" in conflict.text
    assert conflict.text.count("Show the public page") == 1  # nobody changed that
    kept = form_fields(conflict.text)
    assert (kept["name"], kept["telephone"]) == ("Mine", "212 555 0199")
    assert stored(rows).name == "Theirs"
    assert cleo.post("/practice", kept).status_code == 303
    assert stored(rows).name == "Mine"


def test_sending_the_form_twice_saves_once(cleo, rows):
    fields = {**cleo.fields("/practice"), **GOOD}
    answers = [cleo.post("/practice", fields).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert stored(rows).version == 2


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter the practice&#39;s name"),
        ({"name": "\0\0"}, "Enter the practice&#39;s name"),
        ({"name": "x" * 121}, "Shorten this to 120"),
        ({"name": "x" * 400_000}, "Shorten this to 120"),
        ({"telephone": "call me"}, "as people dial it"),
        ({"telephone": "12"}, "as people dial it"),
        ({"telephone": "٢١٢٥٥٥٠١٠٠"}, "as people dial it"),
        ({"telephone": "<b>212-555-0100</b>"}, "as people dial it"),
        ({"telephone": "1" * 31}, "Shorten this to 30"),
        ({"time_zone": ""}, "Choose a time zone"),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone"),
        ({"time_zone": "../../etc/passwd"}, "Choose a time zone"),
        ({"time_zone": "\0"}, "Choose a time zone"),
        ({"time_zone": "UTC0"}, "Choose a time zone"),
        ({"states_served": ["NY", "ZZ"]}, "Tick states"),
        ({"answers_are_read": ""}, "Say when somebody reads"),
        ({"answers_are_read": "x" * 201}, "Shorten this to 200"),
        ({"alert_minutes": ""}, "Enter a number of minutes"),
        ({"alert_minutes": "0"}, "from 1 to 1440 minutes"),
        ({"alert_minutes": "1441"}, "from 1 to 1440 minutes"),
        ({"alert_minutes": "3_0"}, "Enter a whole number"),
        ({"alert_minutes": str(2**63)}, "Enter a whole number"),
        ({"alert_minutes": "sNaN"}, "Enter a whole number"),
        ({"next_visit_days": "91"}, "from 1 to 90 days"),
        ({"next_visit_days": "\0"}, "Enter a number of days"),
        ({"alert_email": "on call"}, "Write the address as"),
        ({"alert_email": "a@b.example, c@d.example"}, "Write the address as"),
        ({"states_served": ["\0"]}, "Tick states"),
    ],
)
def test_bad_input_is_told_at_the_field_and_in_the_summary(cleo, rows, changes, words):
    before = stored(rows)

    answer = cleo.fill_in("/practice", {**GOOD, **changes})

    assert answer.status_code == 422
    assert answer.text.count(words) == 2
    for name in ("name", "telephone"):
        assert name in changes or GOOD[name] in answer.text
    assert stored(rows) == before


@pytest.mark.one_database
@pytest.mark.parametrize("version", ["", "0", "-1", "2.0", "9" * 30, "sNaN", "\0"])
def test_a_version_that_is_none_counts_as_stale(cleo, rows, version):
    assert cleo.fill_in("/practice", {**GOOD, "version": version}).status_code == 409
    assert stored(rows).version == 1


def test_the_change_is_in_the_trail_with_its_author(cleo, rows):
    cleo.fill_in("/practice", GOOD)

    told = rows("SELECT actor_name, detail FROM audit_event WHERE subject = 'practice'")[-1]
    assert told.actor_name == "Cleo Cruz"
    assert "Lindenhof" in told.detail


def test_the_page_and_the_save_need_few_statements(cleo, counting):
    fields = cleo.fields("/practice")
    with counting() as opened:
        cleo.get("/practice")
    with counting() as saved:
        cleo.post("/practice", {**fields, **GOOD})

    assert len(opened) <= 4
    assert len(saved) <= 7 + 1 + 3 + 2


@pytest.mark.one_database  # a list made from files alone
def test_a_licensed_text_is_listed_with_whoever_answers_for_it(cleo, tmp_path):
    assert "None loaded." in cleo.get("/practice").text

    (tmp_path / "scoff.text.toml").write_text(SCOFF)
    lay_out(texts=tmp_path)
    try:
        page = cleo.get("/practice").text
    finally:
        lay_out()

    assert "SCOFF" in page
    assert "letter of the copyright owner, stated by Dr Alice Adler on 01-Oct-2026" in page
