"""Printed documents: whose they are on every page, and that typed text is never markup."""

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from dashboard import documents
from dashboard.documents import UnknownTemplate, pdf

AT = dt.datetime(2026, 11, 23, 14, 58, tzinfo=dt.UTC)
MARKUP = '#panic("no") = Heading $x$ `raw` <label> @ref \\ *bold* #import "/etc/passwd"'
HOSTILE = f"{MARKUP} \u202eסוף 🙂\nsecond"


def made(content=None, **changes):
    frame = {
        "title": "Trial document",
        "identity": "ABEL, Ann · born 14-Mar-1996 · MRN 004 718",
        "printed": "printed 23-Nov-2026 09:58 ET",
        "at": AT,
        "is_synthetic": True,
    }
    return pdf("trial", content or {"words": "Plain words."}, **{**frame, **changes})


@pytest.fixture
def trial(monkeypatch, tmp_path):
    """A template of our own beside the real frame."""
    (tmp_path / "base.typ").write_bytes((documents.TEMPLATES / "base.typ").read_bytes())
    (tmp_path / "trial.typ").write_text(
        '#import "base.typ": *\n#show: document-page\n= #frame.title\n== Words\n'
        '#typed(content.words)\n#facts((("Born", "14-Mar-1996"),))\n'
        '#ruled((1fr, 1fr), ("Day", "Value"), (("one", "two"),))\n'
        '#for _ in range(content.at("pages", default: 0)) { pagebreak(); typed(content.words) }\n'
    )
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)


def pages_of(document: bytes) -> list[str]:
    """Read a document back, as somebody who selects its text would."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]


def test_every_page_says_whose_it_is_and_which_page_of_how_many(trial):
    pages = pages_of(made({"words": "Plain words.", "pages": 2}))

    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        assert "ABEL, Ann · born 14-Mar-1996 · MRN 004 718" in page
        assert "Synthetic demonstration data" in page
        assert f"Page {number} of 3" in page
        assert "printed 23-Nov-2026 09:58 ET" in page


def test_what_somebody_typed_is_set_as_text(trial):
    read = " ".join(pages_of(made({"words": HOSTILE})))

    assert MARKUP in " ".join(read.split())
    assert "second" in read


def test_a_run_without_spaces_stays_on_the_page_and_a_seal_stays_whole(trial):
    seal = "0123456789abcdef" * 4
    lines = "\n".join(pages_of(made({"words": f"{seal} {'x' * 5000}"}))).splitlines()

    assert seal in " ".join(lines)
    assert max(len(line.replace("\u200b", "")) for line in lines) < 150
    assert sum(line.count("x") for line in lines) >= 5000


def test_equal_content_gives_equal_bytes_that_are_tagged_and_hold_their_fonts(trial):
    document = made()
    read = PdfReader(io.BytesIO(document))
    fonts = read.pages[0]["/Resources"]["/Font"].values()

    assert document == made()
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert all("Inter" in font.get_object()["/BaseFont"] for font in fonts)
    assert all(
        "/FontDescriptor" in part.get_object()
        for font in fonts
        for part in font.get_object()["/DescendantFonts"]
    )


def test_a_template_outside_its_folder_is_none(trial):
    for name in ("../base", "nothing", "/etc/passwd"):
        with pytest.raises(UnknownTemplate):
            pdf(name, {}, title="", identity="", printed="", at=AT, is_synthetic=False)


def test_a_number_that_is_none_is_refused(trial):
    with pytest.raises(ValueError, match="JSON"):
        made({"words": float("nan")})
