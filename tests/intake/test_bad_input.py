"""What cannot be is said at its field and in the summary; everything else is kept and saveable."""

from __future__ import annotations

import pytest
import time_machine

pytestmark = pytest.mark.one_database
HOSTILE = "<b>bold</b> <script>x()</script> 🙂🏳️‍🌈 שלום עולם مرحبا &amp; 'quoted' \"twice\""


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 17:00:00+00:00", tick=False):
        yield


def test_an_impossible_weight_and_a_future_day_are_said_and_the_rest_can_be_saved(desk, rows):
    typed = {
        "current": "14.9", "current-unit": "kg", "current_on": "24-Nov-2026",
        "height": "five feet", "height-unit": "in", "intake_kcal": "99999",
        "weighings-0-weight": "50", "weighings-0-weight-unit": "kg", "weighings-0-on": "1990",
        "intake_source": HOSTILE,
    }  # fmt: skip
    refused = desk.write("weights", typed)
    stored = rows("SELECT count(*) FROM evaluation_section")[0][0]
    saved = desk.write("weights", {
        **typed, "current": "", "current_on": "", "height": "", "intake_kcal": "",
        "weighings-0-on": "",
    })  # fmt: skip
    page = desk.visitor.get(desk.path).text

    assert refused.status_code == 422
    assert stored == 0
    for words in (
        "14.9 kg is not possible", "This lies in the future", "Enter a number, such as 43.2",
        "from 0 to 20000", "before the patient’s birth",
    ):  # fmt: skip
        assert refused.text.count(words) >= 2, f"{words}: at the field and in the summary"
    for value in ("14.9", "24-Nov-2026", "five feet", "99999", "1990"):
        assert f'value="{value}"' in refused.text, "what was typed stays"
    assert "&lt;script&gt;x()&lt;/script&gt;" in refused.text
    assert "<script>x()" not in refused.text
    assert saved.status_code == 303
    assert "Incomplete" in page
    assert "Present weight" in page, "its gap has a name"


def test_pasted_markup_emoji_and_right_to_left_text_are_kept_to_the_letter(desk, rows):
    desk.write("presenting", {"own_words": HOSTILE})
    desk.write("decided_with", {"people-0-name": HOSTILE, "people-0-role": "therapist"})
    pages = [
        desk.visitor.get(path).text
        for path in (desk.section("presenting"), f"{desk.path}/print", f"{desk.path}/sign")
    ]
    pdf = desk.visitor.post(f"{desk.path}/pdf")

    stored = " ".join(row[0] for row in rows("SELECT content FROM evaluation_section"))
    assert stored.count("🙂🏳️‍🌈 שלום עולם مرحبا") == 2
    for page in pages:
        assert "&lt;b&gt;bold&lt;/b&gt;" in page
        assert "<b>bold</b>" not in page
        assert "🙂🏳️‍🌈 שלום עולם مرحبا &amp;amp;" in page
    assert pdf.data.startswith(b"%PDF")
