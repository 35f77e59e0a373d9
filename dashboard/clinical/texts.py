"""Text that a practice holds a licence for: read from its own folder, laid over a definition.

The definition's version and hash stay what they were: a text pack adds words and nothing else.
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.clinical.items import Item, Option, Scale
from dashboard.clinical.misfit import BadDefinition, Misfit
from dashboard.clinical.places import line_of
from dashboard.clinical.sections import Section, read

if TYPE_CHECKING:
    from dashboard.clinical.definition import Instrument

SCHEMA = "instrument-text/1"
ENDING = ".text.toml"


@dataclass(frozen=True)
class Attestation:
    """Who states on what basis that this practice may use the text."""

    licence_holder: str
    basis: str
    date: date
    by: str


@dataclass(frozen=True)
class TextPack:
    """The words of one instrument version, as a practice's licensed copy has them."""

    instrument: str
    version: str
    attestation: Attestation
    items: Mapping[str, str]
    headings: Mapping[str, str]
    labels: Mapping[str, Mapping[int, str]]
    instructions: str | None = None


def read_texts(
    folder: Path, instruments: Mapping[tuple[str, str], "Instrument"]
) -> Mapping[tuple[str, str], "Instrument"]:
    """Return the instruments that the folder's packs give text to, with that text.

    Raises BadDefinition naming file and line; other files in the folder are refused as well,
    because a misspelt pack must not be silently ignored.
    """
    if not folder.is_dir():
        raise BadDefinition(str(folder), "there is no such folder")
    worded = {}
    for path in sorted(one for one in folder.iterdir() if not one.name.startswith(".")):
        if not path.name.endswith(ENDING):
            raise BadDefinition(path.name, f"a text pack is called ID{ENDING}")
        made = _load(path, instruments)
        worded[made.id, made.version] = made
    return worded


def worded(instrument: "Instrument", pack: TextPack) -> "Instrument":
    """Return the instrument with a pack's words; Misfit when they do not cover it."""
    if instrument.licence.text_included:
        raise Misfit("this instrument ships with its own text", at="id")
    _refuse_strangers(instrument, pack)
    scales = {item.scale.id: item.scale for item in instrument.items}
    labelled = {name: _labelled(scale, pack.labels.get(name, {})) for name, scale in scales.items()}
    return dataclasses.replace(
        instrument,
        items=tuple(_with_text(item, pack, labelled[item.scale.id]) for item in instrument.items),
        administration=dataclasses.replace(
            instrument.administration,
            instructions=pack.instructions or instrument.administration.instructions,
        ),
        attestation=pack.attestation,
    )


def _load(path: Path, instruments: Mapping[tuple[str, str], "Instrument"]) -> "Instrument":
    try:
        text = path.read_text("utf-8")
        top = Section(tomllib.loads(text))
    except ValueError as error:
        raise BadDefinition(path.name, str(error)) from None
    try:
        pack = read(top, _pack_of)
        if path.name != f"{pack.instrument}{ENDING}":
            raise Misfit(f'the file must be called "{pack.instrument}{ENDING}"', at="id")
        instrument = instruments.get((pack.instrument, pack.version))
        if instrument is None:
            raise Misfit(f"there is no {pack.instrument} {pack.version}", at="version")
        return worded(instrument, pack)
    except Misfit as misfit:
        line = line_of(text, misfit.at)
        raise BadDefinition(path.name, str(misfit), line=line, place=misfit.at) from None


def _pack_of(top: Section) -> TextPack:
    if top.text("schema") != SCHEMA:
        raise top.misfit(f'this program reads schema "{SCHEMA}"', "schema")
    return TextPack(
        instrument=top.text("id"),
        version=top.text("version"),
        attestation=top.build("attestation", _attestation_of),
        items=_words(top, "items"),
        headings=_words(top, "headings"),
        labels={
            name: _labels(top, name, section) for name, section in top.mapping("labels").items()
        },
        instructions=top.text_or_none("instructions"),
    )


def _attestation_of(section: Section) -> Attestation:
    day = section.day("date")
    if day is None:
        raise section.misfit("is missing", "date")
    return Attestation(
        licence_holder=section.text("licence_holder"),
        basis=section.text("basis"),
        date=day,
        by=section.text("by"),
    )


def _words(top: Section, key: str) -> dict[str, str]:
    found = {}
    for name, words in top.mapping(key).items():
        if not isinstance(words, str) or not words.strip():
            raise top.misfit("must be a text, and not empty", f"{key}.{name}")
        found[name] = words
    return found


def _labels(top: Section, name: str, section: object) -> dict[int, str]:
    at = f"labels.{name}"
    if not isinstance(section, dict):
        raise top.misfit("must be a table of answers and their words", at)
    found = {}
    for value, words in section.items():
        if not value.isdecimal() or not isinstance(words, str) or not words.strip():
            raise top.misfit("must give an answer's number and its words", f"{at}.{value}")
        found[int(value)] = words
    return found


def _refuse_strangers(instrument: "Instrument", pack: TextPack) -> None:
    for key, names in (("items", pack.items), ("headings", pack.headings)):
        for name in names:
            if name not in instrument.items_by_id:
                raise Misfit(f'there is no item "{name}"', at=f"{key}.{name}")
    missing = [item.id for item in instrument.items if item.id not in pack.items]
    if missing:
        raise Misfit(f"the text of item {', '.join(missing)} is missing", at="items")
    scales = {item.scale.id: item.scale for item in instrument.items}
    for name, labels in pack.labels.items():
        if name not in scales:
            raise Misfit(f'there is no scale "{name}"', at=f"labels.{name}")
        for value in labels:
            if value not in scales[name].values:
                raise Misfit(f"{value} is no answer of this scale", at=f"labels.{name}.{value}")


def _labelled(scale: Scale, labels: Mapping[int, str]) -> Scale:
    if not labels:
        return scale
    listed = {option.value: option for option in scale.options}
    options = tuple(
        dataclasses.replace(listed.get(value, Option(value)), label=labels.get(value))
        for value in sorted({*listed, *labels})
    )
    return dataclasses.replace(scale, options=options)


def _with_text(item: Item, pack: TextPack, scale: Scale) -> Item:
    return dataclasses.replace(
        item, scale=scale, text=pack.items[item.id], heading=pack.headings.get(item.id)
    )
