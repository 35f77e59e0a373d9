"""matplotlib's SVG rewritten from an allow-list: what is not named here does not reach a page.

Style becomes presentation attributes and theme classes, ids are unique to the chart, every point
gets its sentence, and all of matplotlib's own head, metadata, styles and ids are left behind.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from markupsafe import Markup
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure

from dashboard.charts.ink import CSS_OF
from dashboard.charts.pen import Said
from dashboard.charts.shapes import Symbol, quoted, shortened

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
GEOMETRY = ("d", "x", "y")
TYPOGRAPHY = ("font-size", "font-weight", "text-anchor")
STROKE = ("stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin")
DROPPED = frozenset({"metadata", "style", "clipPath"})
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


class Unexpected(ValueError):
    """The drawing holds something that a page must not."""


def rewritten(
    figure: Figure,
    *,
    said: Mapping[str, tuple[Said, ...]],
    title: str,
    description: str,
    prefix: str,
) -> Markup:
    """Return a figure as labelled inline SVG whose ids start with `prefix`.

    Links stand beside the image, not in it: an image has no parts for a screen reader. They are
    hidden from it as well, because the table under the chart has the same links.
    """
    width, height = (round(inches * 72) for inches in figure.get_size_inches())
    root = ElementTree.fromstring(_drawn(figure, width, height))  # noqa: S314 our own drawing
    rewriter = _Rewriter(said)
    body = "".join(rewriter.children(root))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    image = f'role="img" aria-labelledby="{prefix}-t" aria-describedby="{prefix}-d"'
    words = (
        f'<title id="{prefix}-t">{escape(title)}</title>'
        f'<desc id="{prefix}-d">{escape(description)}</desc>'
    )
    drawing = f"{image} {size}>{words}{body}</svg>"
    if rewriter.linked:
        links = f'<g aria-hidden="true">{"".join(rewriter.linked)}</g>'
        inner = f'<svg {image} overflow="visible">{words}{body}</svg>'
        drawing = f"{size}>{inner}{links}</svg>"
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" {drawing}'
    return Markup(whole)  # noqa: S704 every part is escaped or allow-listed


def _drawn(figure: Figure, width: int, height: int) -> str:
    """Let matplotlib draw a figure as SVG."""
    buffer = io.StringIO()
    renderer = RendererSVG(  # type: ignore[no-untyped-call]
        width, height, buffer, image_dpi=72, metadata=NO_METADATA
    )
    figure.draw(renderer)
    renderer.finalize()  # type: ignore[no-untyped-call]
    return buffer.getvalue()


class _Rewriter:
    """Rewrites elements one by one; groups with links are kept apart in `linked`."""

    def __init__(self, said: Mapping[str, tuple[Said, ...]]) -> None:
        self.said = said
        self.linked: list[str] = []
        self.symbols: dict[str, Symbol] = {}

    def children(self, parent: ElementTree.Element) -> Iterator[str]:
        """Yield the markup of every child that may leave."""
        for child in parent:
            yield from self.element(child)

    def element(self, element: ElementTree.Element) -> Iterator[str]:
        """Yield an element's markup, or nothing."""
        tag = element.tag.removeprefix(SVG)
        if tag in DROPPED:
            return
        if tag in ("g", "defs"):
            yield from self.group(element)
        elif tag == "path":
            yield f"<path{_attributes(element)}/>"
        elif tag == "text":
            yield f"<text{_attributes(element)}>{escape(element.text or '')}</text>"
        else:
            raise Unexpected(f"<{tag}>")

    def group(self, element: ElementTree.Element) -> Iterator[str]:
        """Yield a group's content; only a group of points stays a group."""
        points = element.findall(f"{SVG}g/{SVG}use")
        if not points:
            is_bar = element.get("id", "") in self.said
            yield from self.bars(element) if is_bar else self.children(element)
            return
        for path in element.iterfind(f"{SVG}defs/{SVG}path"):
            self.symbols[path.attrib["id"]] = Symbol.of(path.attrib["d"])
        said = self._said(element, len(points))
        drawn = "".join(map(self.point, points, said or (Said(""),) * len(points)))
        attributes = _attributes(points[0], also="pt" if said else "", geometry=())
        yield from self.placed(f"<g{attributes}>{drawn}</g>", said)

    def placed(self, group: str, said: tuple[Said, ...]) -> Iterator[str]:
        """Yield a group of points, or keep it apart because a point in it is a link."""
        if any(one.href for one in said):
            self.linked.append(group)
        else:
            yield group

    def bars(self, element: ElementTree.Element) -> Iterator[str]:
        """Yield the bar of a group that says something."""
        [path] = element.findall(f"{SVG}path")
        [said] = self._said(element, 1)
        bar = f"<path{_attributes(path)}>{_title(said)}</path>"
        yield from self.placed(f'<g class="pt">{_linked(bar, said)}</g>', (said,))

    def _said(self, element: ElementTree.Element, count: int) -> tuple[Said, ...]:
        """Return what each point of a group says."""
        said = self.said.get(element.get("id", ""), ())
        if said and len(said) != count:
            raise Unexpected("a point without its sentence")
        return said

    def point(self, use: ElementTree.Element, said: Said) -> str:
        """Return one point with its sentence, as a link to its record where it has one."""
        symbol = self.symbols[use.attrib[HREF].removeprefix("#")]
        return _linked(symbol.at(use.attrib["x"], use.attrib["y"], _title(said)), said)


def _title(said: Said) -> str:
    return f"<title>{escape(said.title)}</title>" if said.title else ""


def _linked(markup: str, said: Said) -> str:
    """Return markup inside a link that no tab stops at: the table has the same link."""
    return f'<a href={quoteattr(said.href)} tabindex="-1">{markup}</a>' if said.href else markup


def _attributes(
    element: ElementTree.Element, *, also: str = "", geometry: Iterable[str] = GEOMETRY
) -> str:
    """Return an element's attributes and theme classes as markup."""
    style = dict(_declarations(element.get("style", "")))
    classes = [also] if also else []
    if element.tag != f"{SVG}text" and style.get("fill") != "none":
        style.setdefault("fill", "")
    for prefix, name in (("f", "fill"), ("s", "stroke")):
        if name in style and style[name] != "none":
            classes.append(f"{prefix}-{_css(style[name])}")
    kept = {name: quoted(name, element.attrib[name]) for name in geometry if name in element.attrib}
    if style.get("fill") == "none":
        kept["fill"] = '"none"'
    for name in (*TYPOGRAPHY, *STROKE):
        if name in style:
            kept[name] = quoteattr(shortened(style[name].removesuffix("px")))
    if classes:
        kept["class"] = quoteattr(" ".join(classes))
    return "".join(f" {name}={value}" for name, value in kept.items())


def _css(colour: str) -> str:
    """Return the class name of an ink; any other colour is a mistake."""
    if colour not in CSS_OF:
        raise Unexpected(f"colour {colour!r}")
    return CSS_OF[colour]


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a style attribute."""
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip(), value.strip()
