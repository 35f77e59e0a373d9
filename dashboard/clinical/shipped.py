"""Which instruments there are: the shipped files, optional packs, and text of the practice's own.

Definition files are immutable once used: a change is a new version beside the old one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from dashboard.clinical.definition import Instrument
from dashboard.clinical.loading import load
from dashboard.clinical.texts import read_texts

Versions = Mapping[tuple[str, str], Instrument]


class UnknownInstrument(LookupError):
    """There is no definition of that instrument, or not in that version."""


class UnknownPack(LookupError):
    """There is no optional pack of that name."""


@dataclass
class _LaidOut:
    """What this process offers; `lay_out` sets it once at start-up."""

    newest: Mapping[str, Instrument] | None = None
    versions: Versions | None = None


_laid_out = _LaidOut()


def lay_out(*, texts: Path | None = None, packs: Collection[str] = ()) -> None:
    """Read and prove every file, with the practice's own texts and the optional packs it wants.

    Called once at start-up, so that a malformed file stops the program: BadDefinition names the
    file and line, UnknownPack the pack. Without a call there are no packs and no texts.
    """
    for name in packs:
        if name not in optional_packs():
            raise UnknownPack(f"there is no pack {name!r}, only {', '.join(optional_packs())}")
    worded = read_texts(texts, _every_version()) if texts is not None else {}
    versions = {**_every_version(), **worded}
    offered = {*_standard(), *(key for name in packs for key in optional_packs()[name])}
    _laid_out.newest = _newest(versions[key] for key in sorted(offered))
    _laid_out.versions = MappingProxyType(versions)


def catalogue() -> Mapping[str, Instrument]:
    """Return the newest version of every offered instrument by id; read and proved once."""
    if _laid_out.newest is None:
        lay_out()
    return _laid_out.newest or {}


def definition(instrument_id: str, version: str) -> Instrument:
    """Return the version that an old response was scored with, of optional packs as well."""
    try:
        return (_laid_out.versions or _every_version())[instrument_id, version]
    except KeyError:
        raise UnknownInstrument(f"{instrument_id} {version}") from None


@cache
def every_shipped() -> Mapping[str, Instrument]:
    """Return the newest version of every instrument by id, of optional packs as well."""
    return _newest(_every_version().values())


@cache
def optional_packs() -> Mapping[str, Versions]:
    """Return what must be asked for by name, because its licence does not suit everyone."""
    return MappingProxyType(
        {folder.name: _loaded(folder) for folder in _in("packs") if folder.is_dir()}
    )


@cache
def _standard() -> Versions:
    return _loaded(files(__package__).joinpath("data", "instruments"))


@cache
def _every_version() -> Versions:
    return {
        **_standard(),
        **{key: one for pack in optional_packs().values() for key, one in pack.items()},
    }


def _loaded(folder: Traversable) -> Versions:
    found = [load(file) for file in _sorted(folder) if file.name.endswith(".toml")]
    return MappingProxyType({(one.id, one.version): one for one in found})


def _in(name: str) -> list[Traversable]:
    return _sorted(files(__package__).joinpath("data", name))


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda file: file.name)


def _newest(instruments: Iterable[Instrument]) -> Mapping[str, Instrument]:
    return MappingProxyType({one.id: one for one in sorted(instruments, key=_age)})


def _age(instrument: Instrument) -> tuple[str, tuple[int, ...]]:
    return instrument.id, tuple(int(part) for part in instrument.version.split("."))
