"""One FHIR Observation as a laboratory or device sent it, read into results as printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dashboard.clinical.laboratory.results import results
from dashboard.clinical.laboratory.units import unit as spelled
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.json_text import Part
from dashboard.findings.reports.model import Moment, Printed, Status, Unreadable
from dashboard.findings.reports.moments import Clock
from dashboard.findings.reports.numbers import parted
from dashboard.findings.reports.text import short

LOINC = frozenset({"http://loinc.org", "urn:oid:2.16.840.1.113883.6.1"})
UCUM = frozenset({"http://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"})
COMPARATORS = frozenset({"<", "<=", ">=", ">"})
VALUES = (
    "valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger",
    "valueRange", "valueRatio", "valueSampledData", "valueTime", "valueDateTime", "valuePeriod",
)  # fmt: skip
READ = frozenset(VALUES[:5])
NORMAL = "N"
NO_SPECIMENS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class _Sent:
    """What an Observation says of all its values."""

    collected: Moment
    resulted: Moment
    status: Status
    status_printed: str
    specimen: str
    identifier: str
    comments: tuple[str, ...]


def printed_of(
    observation: Part, *, clock: Clock, specimens: Mapping[str, str] = NO_SPECIMENS
) -> Iterator[Printed]:
    """Return the results of one Observation: its own value, and one for each component.

    `specimens` are the words of the file's specimens, by id and by full address.
    """
    sent = _sent(observation, clock, specimens)
    components = list(observation["component"].items())
    is_panel = bool(components) or bool(list(observation["hasMember"].items()))
    if not is_panel or any(observation[name] for name in VALUES):
        yield _printed(observation, sent, observation["code"])
    for component in components:
        yield _printed(component, sent, component["code"])


def _specimen(observation: Part, specimens: Mapping[str, str]) -> str:
    """Return the specimen as it is shown, and as the resource it refers to says."""
    told = observation["specimen"]
    own = {one["id"].text(): specimen_of(one) for one in observation["contained"].items()}
    reference = bare(told["reference"].text())
    shown = (told["display"].text(), own.get(reference) or specimens.get(reference, ""))
    return ", ".join(dict.fromkeys(filter(None, shown)))


def specimen_of(resource: Part) -> str:
    """Return what a Specimen is, in words or by its code; "" for any other resource."""
    return _concept(resource["type"]) if resource["resourceType"].text() == "Specimen" else ""


def bare(reference: str) -> str:
    """Return the id of a reference such as Patient/12, #12 or https://.../Patient/12."""
    return reference.removeprefix("#").split("/_history")[0].rpartition("/")[2]


def _sent(observation: Part, clock: Clock, specimens: Mapping[str, str]) -> _Sent:
    status, told = _status(observation["status"])
    if other := _other_meaning(observation):
        status, told = Status.WITHDRAWN, other
    return _Sent(
        collected=_collected(observation, clock),
        resulted=_moment(observation["issued"], clock),
        status=status,
        status_printed=told,
        specimen=_specimen(observation, specimens),
        identifier=observation["id"].text(),
        comments=tuple(filter(None, (note["text"].text() for note in observation["note"].items()))),
    )


def _status(part: Part) -> tuple[Status, str]:
    told = words().status(part.text()) if part else ("preliminary", "no status is given")
    if told is None:
        raise Unreadable(f"{part.place}: {short(part.text())} is no status of an Observation.")
    return Status(told[0]), told[1]


def _other_meaning(part: Part) -> str:
    """Say why a result is not what its value and code say alone; nothing where it is."""
    if part["modifierExtension"]:
        return "an extension that is not known here changes what it means"
    if part["focus"]:
        return "it is about somebody or something else than the patient"
    subject = part["subject"]["reference"].text().rpartition("/")[0].rpartition("/")[2]
    if subject and subject.isalpha() and subject != "Patient":
        return f"it is about a {short(subject)} and no patient"
    if part["dataAbsentReason"] and any(part[name] for name in VALUES):
        return f"it has a value and none ({_concept(part['dataAbsentReason'])})"
    return ""


def _collected(observation: Part, clock: Clock) -> Moment:
    period = observation["effectivePeriod"]
    if period:
        return _period(period, clock)
    for name in ("effectiveDateTime", "effectiveInstant"):
        if observation[name]:
            return _moment(observation[name], clock)
    return Moment()


def _period(period: Part, clock: Clock) -> Moment:
    start, end = (_moment(period[name], clock) for name in ("start", "end"))
    if start.on and end.on and start.on != end.on:
        printed = f"{start.printed} to {end.printed}"
        return Moment(printed=printed, others=(start.on, end.on))
    return start if start.on else end


def _moment(part: Part, clock: Clock) -> Moment:
    if not part:
        return Moment()
    try:
        return clock.of_fhir(part.text())
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"{part.place}: {short(part.text())} is no time: {error}.") from None


def _printed(part: Part, sent: _Sent, code: Part) -> Printed:
    value, unit = _value(part)
    value, unit, flag = parted(value, unit=unit, flag=_flag(part["interpretation"]))
    loinc, name = _code(code)
    other = _other_meaning(part)
    return Printed(
        place=part.place or "the Observation",
        name=name,
        value=value,
        code=loinc,
        unit=unit,
        interval=_interval(part["referenceRange"]),
        flag=flag,
        collected=sent.collected,
        resulted=sent.resulted,
        status=Status.WITHDRAWN if other else sent.status,
        status_printed=other or sent.status_printed,
        identifier=sent.identifier,
        specimen=sent.specimen,
        comments=(*sent.comments, *_absent(part["dataAbsentReason"])),
    )


def _code(code: Part) -> tuple[str, str]:
    """Return the LOINC code, one that is known first, and the name as it is shown."""
    if not code:
        raise Unreadable(f"{code.place}: it does not say what was measured.")
    codings = list(code["coding"].items())
    told = [one["code"].text() for one in codings if one["system"].text() in LOINC]
    known = [one for one in told if results().coded(one).is_known]
    displays = [one["display"].text() for one in codings]
    name = next(filter(None, [code["text"].text(), *displays, *told]), "")
    if not name and not told:
        raise Unreadable(f"{code.place}: it does not say what was measured.")
    if results().disagree(told):
        return "", f"{name} ({', '.join(told)})"  # two results: a person says which
    return next(iter([*known, *told]), ""), name


def _value(part: Part) -> tuple[str, str]:
    """Return value and unit as sent; a form that is no single result is named as such."""
    sent = [name for name in VALUES if part[name]]
    if len(sent) > 1:
        raise Unreadable(f"{part.place}: {sent[0]} and {sent[1]} cannot both be its value.")
    if not sent:
        return "", ""
    value = part[sent[0]]
    match sent[0]:
        case "valueQuantity":
            return _quantity(value)
        case "valueCodeableConcept":
            return _concept(value), ""
        case "valueBoolean":
            return ("yes" if value.truth() else "no"), ""
        case "valueInteger":
            return value.number(), ""
        case "valueString":
            return value.text(), ""
    return f"a {sent[0].removeprefix('value')}, no single value", ""


def _quantity(quantity: Part) -> tuple[str, str]:
    comparator = quantity["comparator"].text()
    if comparator and comparator not in COMPARATORS:
        place = quantity["comparator"].place
        raise Unreadable(f"{place}: {short(comparator)} is no comparator (<, <=, >=, >).")
    return comparator + quantity["value"].number(), _unit(quantity)


def _unit(quantity: Part) -> str:
    """Return the unit; both texts where the coded and the printed one do not agree."""
    shown = quantity["unit"].text()
    coded = quantity["code"].text() if quantity["system"].text() in UCUM else ""
    if not shown or not coded:
        return shown or coded or quantity["code"].text()
    if spelled(shown) == spelled(coded):
        return shown
    return coded if spelled(shown) is None else f"{shown}, coded {coded}"


def _concept(concept: Part) -> str:
    codings = list(concept["coding"].items())
    shown = [one["display"].text() for one in codings] + [one["code"].text() for one in codings]
    return next(filter(None, [concept["text"].text(), *shown]), "")


def _flag(interpretation: Part) -> str:
    """Return the first flag that marks anything; "N" only where nothing does."""
    told = [_one_flag(one) for one in interpretation.items()]
    marked = [*filter(words().mark, told), *(one for one in told if one != NORMAL)]
    return next(filter(None, [*marked, *told]), "")


def _one_flag(interpretation: Part) -> str:
    codings = list(interpretation["coding"].items())
    codes = [coding["code"].text() for coding in codings]
    shown = [coding["display"].text() for coding in codings]
    told = [one for one in (*codes, interpretation["text"].text(), *shown) if one]
    return next(iter([*filter(words().mark, told), *told]), "")


def _interval(ranges: Part) -> str:
    """Return the interval as one text; of several, the one that is called normal, or all."""
    told = [(one, _one_interval(one)) for one in ranges.items()]
    normal = [text for one, text in told if "normal" in _types(one)]
    shown = normal if len(normal) == 1 else [text for _, text in told if text]
    return "; ".join(shown)


def _types(one: Part) -> list[str]:
    return [coding["code"].text() for coding in one["type"]["coding"].items()]


def _one_interval(one: Part) -> str:
    low, high = one["low"]["value"].number(), one["high"]["value"].number()
    unit = _unit(one["high"] if high else one["low"])
    if low and high:
        return f"{low}-{high} {unit}".strip()
    if low or high:
        return f"{'>=' if low else '<='}{low or high} {unit}".strip()
    return one["text"].text()


def _absent(reason: Part) -> tuple[str, ...]:
    return (f"No value: {_concept(reason)}",) if reason else ()
