"""The questionnaires these tests speak of: every shipped one, optional packs as well."""

from dashboard.clinical.instruments import Instrument, every_shipped


def shipped(name: str) -> Instrument:
    """Return a shipped instrument in its newest version."""
    return every_shipped()[name]


def everything() -> list[Instrument]:
    """Return the newest version of every instrument."""
    return list(every_shipped().values())


def all_answered(instrument: Instrument, value: int, **but: int | None) -> dict[str, int | None]:
    """Answer every item alike, but for those named as `q3=2`; None leaves one blank."""
    answers: dict[str, int | None] = dict.fromkeys(instrument.items_by_id, value)
    return answers | {name.removeprefix("q"): answer for name, answer in but.items()}
