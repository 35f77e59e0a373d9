"""What is wrong with an instrument definition, and where in the file it is wrong."""


class Misfit(ValueError):
    """One part of a definition does not fit; `at` says which, as in `scores[0].bands[2]`."""

    def __init__(self, why: str, *, at: str = "") -> None:
        super().__init__(why)
        self.at = at

    def within(self, outer: str) -> "Misfit":
        """Return the same complaint seen from the enclosing part of the file."""
        inner = f".{self.at}" if self.at and not self.at.startswith("[") else self.at
        return Misfit(str(self), at=f"{outer}{inner}" if outer else self.at)


class BadDefinition(ValueError):
    """An instrument's definition file that must not be used."""

    def __init__(self, file: str, why: str, *, line: int | None = None, place: str = "") -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(": ".join(filter(None, [where, place, why])))
        self.file, self.why, self.line, self.place = file, why, line, place


def refuse_repeats(ids: list[str], *, at: str) -> None:
    """Raise Misfit at the first id that was used before in this list."""
    for index, name in enumerate(ids):
        if name in ids[:index]:
            raise Misfit(f'"{name}" is used twice', at=f"{at}[{index}].id")
