"""Definition files: TOML in, an `Instrument` out, or an error that names file, line and place."""

import hashlib
import tomllib
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path

from dashboard.clinical.definition import Instrument
from dashboard.clinical.misfit import BadDefinition, Misfit
from dashboard.clinical.places import line_of
from dashboard.clinical.reading import instrument_of
from dashboard.clinical.sections import Section, read
from dashboard.clinical.vectors import refuse_wrong_vectors

SCHEMA = "instrument/1"


def load(path: Path | Traversable) -> Instrument:
    """Read one definition file and prove it with its own worked examples."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
        table = tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise BadDefinition(path.name, str(error)) from None
    return _define(table, text=text, file=path.name, sha256=hashlib.sha256(content).hexdigest())


def _define(table: dict[str, object], *, text: str, file: str, sha256: str) -> Instrument:
    try:
        instrument = read(
            Section(table), lambda top: instrument_of(top, schema=SCHEMA, file=file, sha256=sha256)
        )
        if file != f"{instrument.id}-{instrument.version}.toml":
            raise Misfit(
                f'the file must be called "{instrument.id}-{instrument.version}.toml"', at="version"
            )
        refuse_wrong_vectors(instrument)
    except Misfit as misfit:
        line = line_of(text, misfit.at)
        raise BadDefinition(file, str(misfit), line=line, place=misfit.at) from None
    return instrument
