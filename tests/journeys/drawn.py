"""Reading a drawn strip back from the page: where its points stand, and what they are worth."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Page


class Dot(NamedTuple):
    """One drawn point: its place on the screen in pixels, its value by the strip's own scale."""

    x: float
    value: float


def dots(page: Page, name: str) -> list[Dot]:
    """Return the points of the strip of that name as it is shown at this width, left to right.

    A value is read from the height of its point against the printed scale, not from any text.
    """
    lane = page.locator(".lane", has=page.locator("h3", has_text=name))
    found = lane.locator("svg.chart:visible").evaluate(READ)
    (low, low_y), *_, (high, high_y) = sorted(found["scale"])
    per_point = (high - low) / (high_y - low_y)
    return sorted(Dot(x, round(low + (y - low_y) * per_point, 1)) for x, y in found["points"])


# The scale's numbers stand at the left edge, four units under the line that they name.
# A point is a circle, or a path that starts in its middle and goes on from there.
READ = """svg => {
  const MIDDLE = /^M-?[\\d.]+ ?(-?[\\d.]+)m/;
  const height = (mark) => mark.getAttribute("cy") ?? mark.getAttribute("d").match(MIDDLE)[1];
  const points = [...svg.querySelectorAll(".pt :is(circle, path)")].map((mark) => {
    const box = mark.getBoundingClientRect();
    return [box.x + box.width / 2, Number(height(mark))];
  });
  const numbers = [...svg.querySelectorAll("text[text-anchor=start].f-muted")];
  const scale = numbers.map(
    (text) => [Number(text.textContent), Number(text.getAttribute("y")) - 4]);
  return { points, scale };
}"""
