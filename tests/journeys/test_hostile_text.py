"""Whatever is typed is text: it runs nowhere, breaks no page, and is shown as it was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import cast as people
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import PHONE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]

SHORT = {
    "tag": '<img src=x onerror="ran=1">x',
    "closing": '"><script>ran=1</script>',
    "template": "{{7*7}} ${7*7} #{x}",
    "address": "javascript:ran=1//x",
    "entity": "&lt;b&gt; &amp; x",
    "formula": r"$\frac{$ x_{",
    "hebrew": "שלום ann",
    "mail merge": "=cmd|'x'!A0",
}
OVERRIDE = "evil\N{RIGHT-TO-LEFT OVERRIDE}txt.exe"
WITHOUT_OVERRIDE = "eviltxt.exe"
LONG_WORD = "w" * 10_000
ALL = "\n".join((*SHORT.values(), OVERRIDE))


def test_a_patients_details_are_only_ever_text(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    desk = new_desk(alice)
    charts = {text: register(alice, text) for text in SHORT.values()}

    for text, chart in charts.items():
        desk.open(f"{chart}/details", look=False)
        nothing_ran(desk)
        expect(desk.page.locator(".banner-name")).to_contain_text(text)
        assert " ".join(desk.page.locator("main").inner_text().split()).count(text) >= 8
    for page in ("", "/details/edit", "/details/history", "/team", "/visits", "/scores"):
        desk.open(f"{charts[SHORT['tag']]}{page}", look=False)
        nothing_ran(desk)
    desk.open("/patients", look=False)
    nothing_ran(desk)
    for text in charts:
        expect(desk.page.locator("main")).to_contain_text(text)
    desk.press("/")
    desk.type(SHORT["tag"][:12])
    expect(desk.page.get_by_role("option").first).to_contain_text(SHORT["tag"])
    nothing_ran(desk)


def test_a_note_is_only_ever_text(cast: people.Cast, alice: people.Visitor, new_desk: NewDesk):
    desk = new_desk(alice)
    visit = sign(alice, cast, f"{ALL}\n{LONG_WORD}")

    for page in (f"/patients/{cast.ann_ref}", visit, f"{visit}/print", f"{visit}/addendum"):
        desk.open(page, look=False)
        nothing_ran(desk)
        desk.no_sideways_scroll()
        with desk.as_wide_as(PHONE):
            desk.no_sideways_scroll()
    desk.open(visit, look=False)
    for section in desk.page.locator("article .typed").all():
        shown = section.inner_text()
        for text in (*SHORT.values(), WITHOUT_OVERRIDE, LONG_WORD):
            assert text in shown


def test_a_draft_is_only_ever_text(cast: people.Cast, alice: people.Visitor, new_desk: NewDesk):
    desk, path = new_desk(alice), f"/patients/{cast.ann_ref}/visits/new"
    desk.open(path, look=False)
    desk.page.get_by_label("Subjective").fill(f"</textarea>{ALL}")
    desk.page.get_by_label("Plan").focus()
    expect(desk.page.locator("[data-draft-state]")).to_contain_text("Draft saved")

    desk.open(path, look=False)

    expected = f"</textarea>{ALL}".replace(OVERRIDE, WITHOUT_OVERRIDE)
    expect(desk.page.get_by_label("Subjective")).to_have_value(expected)
    nothing_ran(desk)


@pytest.mark.parametrize("kind", ["tag", "closing"])
def test_the_names_of_practice_and_accounts_are_only_ever_text(
    cast: people.Cast, alice: people.Visitor, cleo: people.Visitor, new_desk: NewDesk, kind: str
):
    text, desk = SHORT[kind], new_desk(cleo)
    renamed = cleo.fill_in("/practice", {"name": text})
    invited = cleo.fill_in(
        "/accounts/invite",
        {"name": text, "email": "x@practice.example", "role": "physician"},
    )
    assert (renamed.status_code, invited.status_code) < (400, 400), invited.text

    for page in ("/accounts", "/practice", "/activity", "/emergency-access"):
        desk.open(page, look=False)
        expect(desk.page.locator(".foot")).to_contain_text(text)
        nothing_ran(desk)
    desk.open("/accounts", look=False)
    expect(desk.page.locator("main")).to_contain_text(text)
    nobody = new_desk()
    nobody.open("/sign-in", look=False)
    nothing_ran(nobody)


def register(alice: people.Visitor, text: str) -> str:
    """Register a patient with the text in every field that takes any; return the chart's path."""
    free = ("family_name", "given_name", "preferred_name", "gender", "pronouns", "allergies_text",
            "street", "city", "emergency_name", "emergency_relation")  # fmt: skip
    answer = alice.fill_in(
        "/patients/new",
        {**dict.fromkeys(free, text), "born_on": "14-Mar-1990", "sex_for_ranges": "female",
         "allergies": "listed"},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def sign(alice: people.Visitor, cast: people.Cast, text: str) -> str:
    """Sign a note with the text in all its parts and in an addendum; return its path."""
    parts: dict[str, object] = dict.fromkeys(
        ("subjective", "objective", "assessment", "plan"), text
    )
    looked = alice.fill_in(f"/patients/{cast.ann_ref}/visits/new", parts)
    assert looked.status_code == 303, looked.text
    signed = alice.fill_in(looked.location, {})
    assert signed.status_code == 303, signed.text
    visit = str(signed.location)
    added = alice.fill_in(f"{visit}/addendum", {"text": ALL})
    assert added.status_code == 303, added.text
    return visit


def nothing_ran(desk: Desk) -> None:
    """Fail when any of the texts was carried out as a script."""
    assert not desk.page.evaluate("'ran' in window"), f"a script ran on {desk.page.url}"
    assert "49" not in desk.page.title()
