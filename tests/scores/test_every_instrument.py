"""Every instrument on the shelf can be entered from paper, looked at, and sits on the overview."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from dashboard.clinical.instruments import BadDefinition, catalogue
from dashboard.settings import Mode, Settings
from tests.scores.filling import path_of, text_of

pytestmark = pytest.mark.one_database


def test_every_instrument_is_entered_shown_and_listed(alice, cast):
    for instrument in catalogue().values():
        path = path_of(cast.ann_ref, instrument.id)
        if instrument.derived_from:
            assert alice.get(path).status_code == 404, "its answers are those of another one"
            continue
        filled = {f"item_{item.id}": str(item.lowest) for item in instrument.items}
        saved = alice.post(path, alice.fields(path) | {"mode": "paper"} | filled)
        assert saved.status_code == 303, instrument.id

        shown = text_of(alice.get(saved.location))
        assert instrument.short in shown
        assert alice.get(f"/patients/{cast.ann_ref}/scores").status_code == 200

    assert alice.get(f"/patients/{cast.ann_ref}").status_code == 200
    assert alice.get("/patients").status_code == 200


def test_a_question_without_text_says_where_its_text_is(alice, cast):
    page = alice.get(path_of(cast.ann_ref, "cia3"))

    assert "Item 7, 0 to 3: see your licensed copy" in text_of(page)
    labels = BeautifulSoup(page.text, "html.parser").select("[name=item_7] + label")
    assert [label.text for label in labels] == ["00", "11", "22", "33"]  # key hint and name


def test_a_count_is_typed_and_one_off_its_scale_is_refused(alice, cast):
    path = path_of(cast.ann_ref, "edeq6")
    filled = {f"item_{n}": "1" for n in range(1, 29)}

    for wrong in ("1000", "-1", "2.5", "many", "9" * 1000):
        refused = alice.post(path, alice.fields(path) | {"mode": "paper"} | filled | {
            "item_13": wrong
        })  # fmt: skip
        assert refused.status_code in (200, 400, 422), wrong
    saved = alice.post(path, alice.fields(path) | {"mode": "paper"} | filled | {"item_13": ""})
    assert saved.status_code == 303
    assert "1.00" in text_of(alice.get(saved.location))


def test_a_screen_without_a_sum_asks_before_a_second_one_of_the_day(alice, cast):
    path = path_of(cast.ann_ref, "asq")
    filled = {"mode": "paper", **{f"item_{n}": "0" for n in range(1, 6)}}

    assert alice.post(path, alice.fields(path) | filled).status_code == 303
    assert "is on the chart" in text_of(alice.post(path, alice.fields(path) | filled))


def test_a_malformed_text_pack_stops_the_start_before_anything_is_made(tmp_path):
    from dashboard.app import create_app

    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "scoff.text.toml").write_text('schema = "instrument-text/1"\n')
    settings = Settings(
        mode=Mode.DEMO, instance=tmp_path / "instance", keys=tmp_path / "keys",
        instrument_texts=folder,
    )  # fmt: skip

    with pytest.raises(BadDefinition, match=r"scoff\.text\.toml: id: is missing"):
        create_app(settings)
    assert not settings.instance.exists()


def test_texts_and_packs_are_read_from_the_environment(tmp_path):
    settings = Settings.from_env(
        {"CASEMENT_INSTRUMENT_TEXTS": str(tmp_path), "CASEMENT_INSTRUMENT_PACKS": "who5, "}
    )

    assert (settings.instrument_texts, settings.instrument_packs) == (tmp_path, ("who5",))
    assert Settings.from_env({}).instrument_texts is None
