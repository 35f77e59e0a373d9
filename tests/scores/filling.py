"""Filling in a questionnaire as a physician does, through the form."""

from __future__ import annotations

from collections.abc import Collection

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from tests.cast import Visitor


def answers(value: int, count: int, *, blank: Collection[int] = ()) -> dict[str, int]:
    """Return the same answer to each of `count` questions but the blank ones."""
    return {str(n): value for n in range(1, count + 1) if n not in blank}


def path_of(ref: str, instrument: str) -> str:
    return f"/patients/{ref}/scores/new/{instrument}"


def enter(
    visitor: Visitor, ref: str, instrument: str, given: dict[str, int], *,
    days_ago: int = 0, status: int = 303, **fields: str,
) -> TestResponse:  # fmt: skip
    """Send a questionnaire and return the page it leads to."""
    sent = {f"item_{item}": str(value) for item, value in given.items()}
    day = {"taken_on": f"-{days_ago}d"} if days_ago else {}
    answer = visitor.fill_in(
        path_of(ref, instrument), {"mode": "interview", **day, **sent, **fields}
    )
    assert answer.status_code == status, text_of(answer)
    return visitor.get(answer.location) if status == 303 else answer


def text_of(page: TestResponse) -> str:
    """Return the words of a page's main part, spaces evened out."""
    main = BeautifulSoup(page.text, "html.parser").find("main")
    return " ".join(main.get_text(" ").split()).replace(" ,", ",")
