"""The files of laboratory names, units and words that come with the program."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

from dashboard.clinical.misfit import BadDefinition, Misfit
from dashboard.clinical.sections import Section, read

Built = TypeVar("Built")


def shipped(file: str, maker: Callable[[Section], Built]) -> Built:
    """Read one shipped file; raise `BadDefinition` naming file and place."""
    folder = files("dashboard.clinical").joinpath("data", "reports")
    return of_text(folder.joinpath(file).read_text("utf-8"), file=file, maker=maker)


def of_text(text: str, *, file: str, maker: Callable[[Section], Built]) -> Built:
    """Read the text of such a file; raise `BadDefinition` naming file and place."""
    try:
        return read(Section(tomllib.loads(text)), maker)
    except Misfit as misfit:
        raise BadDefinition(file, str(misfit), place=misfit.at) from None
    except tomllib.TOMLDecodeError as error:
        raise BadDefinition(file, str(error)) from None


def lists(section: Section, key: str) -> Mapping[str, tuple[str, ...]]:
    """Return an inner table whose values are lists of texts."""
    content = section.mapping(key)
    inner = Section(content, at=section.place(key))
    return MappingProxyType({name: inner.names(name) for name in content})


def texts(section: Section, key: str) -> Mapping[str, str]:
    """Return an inner table whose values are texts."""
    content = section.mapping(key)
    inner = Section(content, at=section.place(key))
    return MappingProxyType({name: inner.text(name) for name in content})
