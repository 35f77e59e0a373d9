"""Reading one TOML table strictly: every key is asked for once, and none may be left over."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from dashboard.clinical.misfit import Misfit

Choice = TypeVar("Choice", bound=StrEnum)
Built = TypeVar("Built")


class Section:
    """One table of a definition file, at its place in the file."""

    def __init__(self, content: Mapping[str, object], *, at: str = "") -> None:
        self._content = content
        self._left = dict.fromkeys(content)
        self.at = at

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.misfit("must be a text, and not empty", key)
        return value

    def text_or_none(self, key: str) -> str | None:
        """Return a text, or None when the key is absent."""
        return self.text(key) if key in self else None

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self._take(key)
        if type(value) is not int:
            raise self.misfit("must be a whole number", key)
        return value

    def whole_or_none(self, key: str) -> int | None:
        """Return a whole number, or None when the key is absent."""
        return self.whole(key) if key in self else None

    def number(self, key: str) -> Decimal:
        """Return a finite number, exactly as it is written."""
        return self.as_number(self._take(key), key)

    def number_or_none(self, key: str) -> Decimal | None:
        """Return a finite number, or None when the key is absent."""
        return self.number(key) if key in self else None

    def exact(self, key: str) -> Fraction:
        """Return a number as a fraction."""
        return Fraction(self.number(key))

    def exact_or_none(self, key: str) -> Fraction | None:
        """Return a number as a fraction, or None when the key is absent."""
        return self.exact(key) if key in self else None

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self._take(key) if key in self else default
        if not isinstance(value, bool):
            raise self.misfit("must be true or false", key)
        return value

    def day(self, key: str) -> date | None:
        """Return a date, or None when the key is absent."""
        value = self._take(key) if key in self else None
        if value is not None and type(value) is not date:
            raise self.misfit("must be a date like 2026-01-31", key)
        return value

    def choice(self, key: str, options: type[Choice]) -> Choice:
        """Return one member of a closed set."""
        value = self._take(key)
        try:
            return options(str(value))
        except ValueError:
            names = ", ".join(option.value for option in options)
            raise self.misfit(f'"{value}" is not one of {names}', key) from None

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when the key is absent."""
        value = self.array(key)
        if not all(isinstance(name, str) for name in value):
            raise self.misfit("must be a list of texts", key)
        return tuple(str(name) for name in value)

    def array(self, key: str) -> list[object]:
        """Return a list of anything; empty when the key is absent."""
        value = self._take(key) if key in self else []
        if not isinstance(value, list):
            raise self.misfit("must be a list", key)
        return value

    def mapping(self, key: str) -> dict[str, object]:
        """Return a table as it is; empty when the key is absent."""
        value = self._take(key) if key in self else {}
        if not isinstance(value, dict):
            raise self.misfit("must be a table", key)
        return value

    def section(self, key: str) -> "Section":
        """Return an inner table to be read strictly."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.misfit("must be a table", key)
        return Section(value, at=self.place(key))

    def build(self, key: str, maker: Callable[["Section"], Built]) -> Built:
        """Read one inner table into a value."""
        return read(self.section(key), maker)

    def build_or_none(self, key: str, maker: Callable[["Section"], Built]) -> Built | None:
        """Read one inner table into a value, or return None when the key is absent."""
        return self.build(key, maker) if key in self else None

    def build_all(self, key: str, maker: Callable[["Section"], Built]) -> tuple[Built, ...]:
        """Read a list of tables into values; empty when the key is absent."""
        made = []
        for index, value in enumerate(self.array(key)):
            place = self.place(f"{key}[{index}]")
            if not isinstance(value, dict):
                raise Misfit("must be a table", at=place)
            made.append(read(Section(value, at=place), maker))
        return tuple(made)

    def raw(self, key: str) -> object:
        """Return whatever stands there."""
        return self._take(key)

    def as_number(self, value: object, key: str) -> Decimal:
        """Return a value of the file as a finite number."""
        if type(value) is int:
            return Decimal(value)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise self.misfit("must be a number", key)
        return value

    def misfit(self, why: str, key: str = "") -> Misfit:
        """Return a complaint about a key of this table."""
        return Misfit(why, at=self.place(key))

    def place(self, key: str) -> str:
        """Return where a key of this table stands."""
        return ".".join(filter(None, [self.at, key]))

    @contextmanager
    def speaking_for(self) -> Iterator[None]:
        """Put the place of this table on whatever a constructor inside refuses."""
        try:
            yield
        except Misfit as misfit:
            if self.at and misfit.at.startswith(self.at):
                raise
            raise misfit.within(self.at) from None
        except ValueError as error:
            raise Misfit(str(error), at=self.at) from None

    def refuse_leftovers(self) -> None:
        """Raise Misfit when the table has a key that nobody asked for."""
        for key in self._left:
            raise self.misfit("this key is not known here", key)

    def _take(self, key: str) -> object:
        if key not in self._content:
            raise self.misfit("is missing", key)
        self._left.pop(key, None)
        return self._content[key]


def read(section: Section, maker: Callable[[Section], Built]) -> Built:
    """Make a value from a table, and refuse keys that it did not use."""
    with section.speaking_for():
        made = maker(section)
    section.refuse_leftovers()
    return made
