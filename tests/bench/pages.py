"""What is measured: the pages and savings of a physician's day, each as a request made ready."""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from flask import Flask

from dashboard import formats
from dashboard.charts import svg
from dashboard.charts.instrument_strip import strip_of
from dashboard.charts.lanes import Trend
from dashboard.charts.span import Span
from dashboard.charts.spark import Spark, sparkline
from dashboard.charts.svg import Width
from dashboard.charts.trend import Point
from dashboard.clinical.instruments import catalogue
from dashboard.clock import now
from tests.bench.asking import Answer, Browser, Question
from tests.bench.ground import Ground
from tests.bench.practice import ZONE
from tests.bench.timing import Act, Measure

BARE = "bare Flask route"
HEALTH = "/healthz (our headers and access rule, no database)"
FIRST_PAGE, MIDDLE_PAGE = "caseload, first page", "caseload, a page in the middle"
ANEW = "caseload, first page, by a worker that has not made it"
FEW_PATIENTS = "caseload of a physician with 50"
SEARCH, SUGGEST = "name search, whole page", "name search as one types"
DETAILS, CHART = "patient details", "overview of 52 scores, warm"
VISIT, SCORE = "save a visit", "save a score"
COLD, STORED = "drawn anew", "drawn by another worker"
WARM, UNCHANGED = "warm", "unchanged (304)"


COURSE = "chart of two years, 40 doses, 60 panels"
NO_CHARTS = "warm, its drawings taken out"


class WrongAnswer(AssertionError):
    """A page that was to be timed answered something else."""


@dataclass(frozen=True)
class Page:
    """One page or saving that is timed."""

    name: str
    question: Callable[[], Question]
    ground: Ground | None = None
    status: int = 200
    before: Callable[[], object] = field(default=lambda: None)
    every: int = 1
    holds: str = ""  # what the page must show, in small letters: an empty one would be quick

    def measure(self) -> Measure:
        """Return it as something to time; an unexpected answer stops the run."""
        return Measure(self.name, self._ready, self.every)

    def once(self) -> Answer:
        """Ask once, untimed."""
        self.before()
        answer = self._check(self.question().ask())
        if self.holds not in answer.body.decode().lower():
            raise WrongAnswer(f"{self.name}: does not show {self.holds}")
        return answer

    def warm(self) -> Page:
        """Return the page as it is when this process has made it before."""
        return replace(self, before=self.question().ask)

    def statements(self) -> int | None:
        """Count what it sends to the database, with everything it needs already warm."""
        if self.ground is None:
            return None
        self.once()
        self.before()
        question = self.question()
        with self.ground.counting() as sent:
            self._check(question.ask())
        return len(sent)

    def _ready(self) -> Act:
        self.before()
        question = self.question()
        return lambda: self._check(question.ask())

    def _check(self, answer: Answer) -> Answer:
        if answer.status != self.status:
            said = answer.body[:300].decode(errors="replace")
            raise WrongAnswer(f"{self.name}: {answer.status} instead of {self.status}: {said}")
        return answer


def overview(weeks: int, state: str) -> str:
    """Name the measure of an overview."""
    return f"overview, {weeks} scores of each instrument, {state}"


def course(state: str) -> str:
    """Name a measure of the largest chart."""
    return f"{COURSE}, {state}"


def among(patients: int, what: str) -> str:
    """Name a measure whose cost may grow with the practice."""
    return f"{what}, {patients:,} patients"


def yardsticks(ground: Ground) -> list[Page]:
    """Return the least that a Flask route can cost, and the least that one of ours can."""
    plain = Flask("bare")
    plain.add_url_rule("/", "bare", lambda: "ok")
    with plain.test_request_context() as context:
        asked = Question(plain.wsgi_app, context.request.environ)
    health = ground.alice.get(ground.path("health.healthz"))
    return [Page(BARE, lambda: asked), Page(HEALTH, lambda: health, ground)]


def of_the_practice(ground: Ground) -> list[Page]:
    """Return what every practice is measured by, small and large."""
    caseload = ground.path("patients.caseload")
    middle = ground.path("patients.caseload", after=ground.filled.middle)
    chart = ground.path("chart.overview", patient_ref=ground.filled.charts[52])
    details = ground.path("patient.details", patient_ref=ground.filled.charts[52])
    named = partial(among, ground.filled.patients)
    return [
        _reading(ground, named(FIRST_PAGE), caseload, holds="<tr").warm(),
        replace(
            _reading(ground, named(ANEW), caseload),
            before=partial(ground.forget, stored_too=False),
            every=4,
        ),
        _reading(ground, named(MIDDLE_PAGE), middle, holds="before=").warm(),
        _reading(ground, named(FEW_PATIENTS), caseload, by=ground.bob, holds="<tr").warm(),
        _searching(ground, named(SEARCH), "patients.search", holds="<tr").warm(),
        _searching(ground, named(SUGGEST), "patients.suggest", holds='"mrn"'),
        _reading(ground, named(DETAILS), details),
        _reading(ground, named(CHART), chart).warm(),
        saving_a_visit(ground),
        saving_a_score(ground),
    ]


def of_a_chart(ground: Ground, weeks: int) -> list[Page]:
    """Return the overview of one history: drawn anew, fetched anew, and as usual."""
    path = ground.path("chart.overview", patient_ref=ground.filled.charts[weeks])
    anew = partial(ground.forget, stored_too=True)
    elsewhere = partial(ground.forget, stored_too=False)
    etag = ground.alice.get(path).ask().headers["ETag"]
    again = ground.alice.get(path, **{"If-None-Match": etag})
    ask = partial(ground.alice.get, path)
    return [
        Page(overview(weeks, COLD), ask, ground, before=anew, every=10),
        Page(overview(weeks, STORED), ask, ground, before=elsewhere, every=4),
        Page(overview(weeks, WARM), ask, ground).warm(),
        Page(overview(weeks, UNCHANGED), lambda: again, ground, status=304),
    ]


def of_the_course(ground: Ground) -> list[Page]:
    """Return the largest chart: drawn anew, fetched anew, as usual, and without its drawings."""
    path = ground.path("chart.overview", patient_ref=ground.filled.course)
    ask = partial(ground.alice.get, path)

    def without_drawings() -> None:
        ask().ask()
        ground.take_out_drawings()

    return [
        Page(course(COLD), ask, ground, before=partial(ground.forget, stored_too=True), every=20),
        Page(course(STORED), ask, ground, before=partial(ground.forget, stored_too=False), every=4),
        Page(course(NO_CHARTS), ask, ground, before=without_drawings),
        replace(Page(course(WARM), ask, ground), before=ground.put_back(ask)),
    ]


def other_pages(ground: Ground) -> list[Page]:
    """Return the lists of a chart with the longest history, and the admin's pages."""
    longest = ground.filled.charts[max(ground.filled.charts)]
    theirs = ("visits.index", "visits.new", "scores.index", "scores.choose", "patient.team")
    admins = ("accounts.index", "activity.trail")
    return [
        *(_reading(ground, name, ground.path(name, patient_ref=longest)) for name in theirs),
        *(_reading(ground, name, ground.path(name), by=ground.cleo) for name in admins),
    ]


def saving_a_visit(ground: Ground) -> Page:
    """Return the saving of a note, as a browser sends it."""
    path = ground.path("visits.new", patient_ref=ground.filled.saved)
    fields = ground.alice.visitor.fields(path)
    typed = {"subjective": "Slept better.", "assessment": "Steady.", "plan": "Go on as planned."}

    def question() -> Question:
        return ground.alice.post(path, {**fields, **typed, "submission_id": secrets.token_hex(12)})

    return Page(among(ground.filled.patients, VISIT), question, ground, status=303)


def saving_a_score(ground: Ground) -> Page:
    """Return the saving of a PHQ-9, a day earlier each time."""
    path = ground.path("scores.new", patient_ref=ground.filled.saved, instrument="phq9")
    fields = ground.alice.visitor.fields(path)
    answers = {f"item_{number}": str(number % 3) for number in range(1, 9)} | {"item_9": "0"}
    days = itertools.count(100)

    def question() -> Question:
        day = formats.day((now() - dt.timedelta(days=next(days))).date())
        typed = {"taken_on": day, "taken_time": "10:00", "mode": "interview", "another": "y"}
        sent = {**fields, **answers, **typed, "submission_id": secrets.token_hex(12)}
        return ground.alice.post(path, sent)

    return Page(among(ground.filled.patients, SCORE), question, ground, status=303)


def _reading(
    ground: Ground, name: str, path: str, *, by: Browser | None = None, holds: str = ""
) -> Page:
    asked = (by or ground.alice).get(path)
    return Page(name, lambda: asked, ground, holds=holds)


def _searching(ground: Ground, name: str, endpoint: str, *, holds: str) -> Page:
    """Return a search by two letters: it fills a page in either practice. Sent, never linked."""
    asked = ground.alice.post(ground.path(endpoint), {"q": ground.filled.family[:2]})
    return Page(name, lambda: asked, ground, holds=holds)


def drawings(ground: Ground) -> list[Measure]:
    """Return the drawing of one strip, and of one sparkline, without any page around it."""
    return [
        *(
            Measure(f"one strip of {n} scores, drawn anew", _strip(n), every=4)
            for n in (12, 52, 520)
        ),
        Measure("one sparkline of 12 scores", _sparkline),
    ]


def everything(ground: Ground) -> list[str]:
    """Return the address of every page a physician opens in a day."""
    chart = ground.filled.charts[52]
    theirs = ("chart.overview", "visits.index", "visits.new", "scores.index", "scores.choose",
              "patient.details", "patient.team")  # fmt: skip
    return [
        ground.path("patients.caseload"),
        ground.path("patients.register"),
        *(ground.path(name, patient_ref=chart) for name in theirs),
        ground.path("scores.new", patient_ref=chart, instrument="phq9"),
        ground.path("help.keyboard"),
    ]


def _strip(scores: int) -> Callable[[], Act]:
    instrument = catalogue()["phq9"]
    today = now().date()
    points = [
        Point(now() - dt.timedelta(days=7 * week), week * 7 % 28) for week in range(1, scores + 1)
    ]
    points.reverse()
    span = Span.around([point.at for point in points], today=today, zone=ZONE)
    strip = strip_of(instrument, points, subtitle="depression, 0-27")
    lane = Trend(span, (strip,)).strip(strip.key)

    def ready() -> Act:
        svg.render.cache_clear()
        return partial(svg.render, lane, Width.WIDE)

    return ready


def _sparkline() -> Act:
    readings = [(now() - dt.timedelta(days=7 * week), week * 2) for week in range(12, 0, -1)]
    return partial(sparkline, readings, Spark(0, 27))
