"""The style sheets keep their promises: contrast, one place for colour, no force."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
SHEETS = sorted(CSS.glob("*.css"))
TOKENS = (CSS / "tokens.css").read_text()

TEXT, GRAPHIC = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
PAIRS = [
    *(
        (ink, ground, TEXT)
        for ink in ("ink", "ink-2", "ink-3", "brand")
        for ground in ("bg", "surface", "sunken")
    ),
    *(("ink-3", ground, TEXT) for ground in ("band2", "band3", "band4", "norm", "win")),
    *((kind, f"{kind}-tint", TEXT) for kind in ("brand", "ok", "due", "stop", "info", "none")),
    *((kind, "surface", TEXT) for kind in ("ok", "due", "stop", "info", "none")),
    *((kind, "sunken", TEXT) for kind in ("ok", "due", "stop", "info", "none")),
    *(("ink", f"{kind}-tint", TEXT) for kind in ("ok", "due", "stop", "info", "none")),
    *((ink, "stop-tint", TEXT) for ink in ("ink-2", "ink-3")),
    ("ink-2", "none-tint", TEXT),
    ("brand", "stop-tint", TEXT),
    ("brand", "info-tint", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-2", TEXT),
    ("surface", "stop", TEXT),
    ("ink", "win", TEXT),
    ("on-focus", "focus-i", TEXT),
    ("stop", "norm", GRAPHIC),
    ("stop", "win", GRAPHIC),
    ("control", "surface", GRAPHIC),
    ("control", "bg", GRAPHIC),
    ("win-line", "surface", GRAPHIC),
    ("win-line", "win", GRAPHIC),
    ("ok", "band1", GRAPHIC),
    ("ok", "band3", GRAPHIC),
    ("ink", "band4", GRAPHIC),
    ("focus-o", "surface", GRAPHIC),
    ("focus-o", "bg", GRAPHIC),
]
NAMED = (
    "white|black|red|green|blue|gold|orange|yellow|grey|gray|silver|navy|teal|purple|crimson|tomato"
)
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\("
    rf"|:[^;{{}}]*(?<![\w-])(?:{NAMED})(?![\w-])",
    re.IGNORECASE,
)


def rules(sheet: Path) -> str:
    """Give a sheet without its comments and quoted words."""
    return re.sub(r'/\*.*?\*/|"[^"]*"', "", sheet.read_text(), flags=re.DOTALL)


def palette() -> dict[str, tuple[str, str]]:
    """Read each colour token as its light and its dark value."""
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);", TOKENS)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Give the relative luminance of #RRGGBB, 0 to 1 (WCAG 2.2 definition)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_the_standard_measures_it():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_what_is_written_can_be_read(ink, ground, least, theme):
    shade = ("light", "dark").index(theme)

    ratio = contrast(palette()[ink][shade], palette()[ground][shade])

    assert ratio >= least, f"{ink} on {ground}, {theme}: {ratio:.2f}"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_wins_by_force(sheet):
    assert "!important" not in rules(sheet)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_token_used_is_a_token_that_exists(sheet):
    known = set(re.findall(r"--([\w-]+):", TOKENS))

    assert set(re.findall(r"var\(--([\w-]+)", rules(sheet))) <= known


@pytest.mark.parametrize(
    "sheet", [sheet for sheet in SHEETS if sheet.name != "tokens.css"], ids=lambda sheet: sheet.name
)
def test_colours_live_in_the_tokens_alone(sheet):
    assert COLOUR.findall(rules(sheet)) == []


def test_every_token_is_used_somewhere():
    used = set(re.findall(r"var\(--([\w-]+)", "".join(rules(sheet) for sheet in SHEETS)))

    assert set(re.findall(r"--([\w-]+):", TOKENS)) - used == set()


def test_every_sheet_is_linked_by_a_base_page():
    templates = CSS.parents[1] / "templates"
    staff = (templates / "base.html").read_text()
    bases = (
        "checkins/patient/base.html", "consents/patient/base.html", "referrals/public/base.html",
    )  # fmt: skip
    patients = "".join((templates / base).read_text() for base in bases)

    linked = {*re.findall(r'"(\w+)"', staff), *re.findall(r"css/(\w+)\.css", patients)}
    assert {sheet.stem for sheet in SHEETS} <= linked


def test_the_scripts_weigh_at_most_fifty_kilobytes_and_touch_no_markup():
    scripts = [path.read_text() for path in (CSS.parent / "js").glob("*.js")]

    assert sum(len(script.encode()) for script in scripts) <= 50_000
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"
        r"|sessionStorage|indexedDB|window\.confirm"
    )
    assert [forbidden.findall(script) for script in scripts if forbidden.search(script)] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_moves_by_itself(sheet):
    assert re.findall(r"(?:animation|transition)[\w-]*:|@keyframes", rules(sheet)) == []
