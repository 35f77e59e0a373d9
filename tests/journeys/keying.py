"""A panel typed by keyboard, with a count of the keys that a person presses."""

from __future__ import annotations

from collections.abc import Mapping

from tests.journeys.desk import Desk, is_focused

HEAD = 6  # Tabs from the day to the first value: time, source, laboratory, by whom, all fields


def key_in(desk: Desk, values: Mapping[str, str], *, day: str = "t") -> int:
    """Type the values of the laboratory panel that is open, and save; return the keys pressed."""
    desk.type(day)
    desk.press(*["Tab"] * HEAD)
    keys = len(day) + HEAD
    for number, (name, value) in enumerate(values.items(), 1):
        field = desk.page.locator(f"[name='{name}']")
        assert is_focused(field), f"{name}, at {desk.focused()}"
        desk.type(value)
        desk.press("Tab" if number < len(values) else "Enter")
        keys += len(value) + 1
    desk.page.wait_for_url("**/findings/sets/*")
    return keys
