"""The link's REST interface as a table: each way in once, for routes and OpenAPI document (REST連携の定義, standard 7.1.1.1)."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from openjuki.nodes.register_link.applying import Taken
from openjuki.nodes.register_link.ledger import Outcome, Told
from openjuki.nodes.register_link.lines import FORMAT, Line
from openjuki.nodes.register_link.messages import KINDS as MESSAGE_KINDS
from openjuki.nodes.register_link.messages import Message

LINES_MAX = 500
"""Events in one request."""
BODY_BYTES_MAX = 1024 * 1024
PAGE_MAX = 1_000


class Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events to be taken, in their order, numbered without a gap."""

    lines: tuple[Line, ...]


class Acknowledgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every message up to this number was received."""

    sequence: int


class Outcomes(msgspec.Struct, frozen=True):
    """What became of the events after the number asked for, in their order; at most a page."""

    outcomes: tuple[Outcome, ...]


class Messages(msgspec.Struct, frozen=True):
    """The messages after the number asked for, in their order; at most a page."""

    messages: tuple[Message, ...]


class Acknowledged(msgspec.Struct, frozen=True):
    """Up to which message everything is known to be received."""

    acknowledged: int


class LinkStatus(msgspec.Struct, frozen=True):
    """How far the link is: the number expected next, what is missing, what is set aside; the last message made, the last
    acknowledged, and how many wait for that."""

    source: str
    open: bool
    restored: bool
    expected: int
    waits_for: int
    arrived: int
    gap_since_ms: int
    quarantined: int
    messages: int
    acknowledged: int
    unacknowledged: int


class OfficeStatus(msgspec.Struct, frozen=True):
    """The office and its link."""

    office: str
    recovering: bool
    links: tuple[LinkStatus, ...]


class Fault(msgspec.Struct, frozen=True):
    """Why a request was not served: item, reason and remedy (English, Japanese)."""

    error: Told


class Way(NamedTuple):
    """One way in: method, path, the desk's operation, what it does, whether it takes a number "since", its body, its answer."""

    method: str
    path: str
    operation: str
    summary: str
    since: bool
    body: type | None
    answer: type


DOCUMENT = "/v1/openapi.json"
WAYS = (
    Way("POST", "/v1/events", "link-take", "Hand events over, in their order.", False, Lines, Taken),
    Way("GET", "/v1/outcomes", "link-outcomes", "What became of the events after a number.", True, None, Outcomes),
    Way("GET", "/v1/messages", "link-messages", "The messages after a number.", True, None, Messages),
    Way("POST", "/v1/messages/acknowledgement", "link-acknowledge", "Messages were received.", False, Acknowledgement, Acknowledged),
    Way("GET", "/v1/status", "link-status", "How far the link is.", False, None, OfficeStatus),
)
FAULTS = {
    400: "Not of the form of this document.",
    401: "No token, or another one.",
    409: "A number is missing before these events (the body is as of 200, with `gap`), or the register already says otherwise.",
    413: "Larger than allowed.",
    503: "The office cannot take anything now; try again. For events the body is as of 200, with `later`.",
}

Forms = Mapping[str, type]
"""Each kind of event with its notification: the table that `openjuki register event` uses."""
_TEMPLATE = "#/components/schemas/{name}"
_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


def schemas(forms: Forms) -> dict[str, Any]:
    """Every form of the interface by name, the kinds of event as `event-KIND`."""
    answers = [way.answer for way in WAYS] + [way.body for way in WAYS if way.body] + [Fault]
    _, found = msgspec.json.schema_components([*answers, *forms.values()], ref_template=_TEMPLATE)
    events = {f"event-{kind}": _event(kind, found[form.__name__]) for kind, form in forms.items()}
    found["Line"]["properties"]["event"] = {
        "oneOf": [{"$ref": _TEMPLATE.format(name=name)} for name in events],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {kind: _TEMPLATE.format(name=f"event-{kind}") for kind in forms},
        },
    }
    found["Lines"]["properties"]["lines"]["maxItems"] = LINES_MAX
    found["Message"]["properties"]["kind"]["enum"] = list(MESSAGE_KINDS)
    return {**found, **events}


def _event(kind: str, form: dict[str, Any]) -> dict[str, Any]:
    """A kind of event: its notification's items, and its name."""
    return {
        "title": kind, "description": form.get("description", ""), "type": "object", "additionalProperties": False,
        "properties": {"kind": {"const": kind}, **form["properties"]}, "required": ["kind", *form["required"]],
    }  # fmt: skip


def line_schema(forms: Forms) -> dict[str, Any]:
    """JSON Schema (2020-12) of one line of an event file."""
    found = schemas(forms)
    text = msgspec.json.encode({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": FORMAT, "$ref": _TEMPLATE.format(name="Line"),
        "$defs": {name: found[name] for name in sorted(_needed("Line", found))},
    }).replace(b"#/components/schemas/", b"#/$defs/")  # fmt: skip
    schema: dict[str, Any] = msgspec.json.decode(text)
    return schema


def _needed(name: str, found: Mapping[str, Any]) -> set[str]:
    """A form and all that it refers to."""
    needed, new = set[str](), {name}
    while new:
        needed |= new
        text = msgspec.json.encode([found[one] for one in new]).decode()
        new = set(_REFERENCE.findall(text)) - needed
    return needed


def document(forms: Forms) -> dict[str, Any]:
    """The OpenAPI document (3.1)."""
    paths: dict[str, Any] = {}
    for way in WAYS:
        paths.setdefault(way.path, {})[way.method.lower()] = _operation(way)
    return {
        "openapi": "3.1.0",
        "info": {"title": "OpenJuki register link", "version": "1", "description": "An existing register system and its office."},
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas(forms), "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(way: Way) -> dict[str, Any]:
    answered = {"200": {"description": "Done.", "content": _content(way.answer)}}
    faults = {str(code): {"description": text, "content": _content(Fault)} for code, text in FAULTS.items()}
    if way.operation == "link-take":
        either = {"schema": {"anyOf": [_content(kind)["application/json"]["schema"] for kind in (Taken, Fault)]}}
        for code in ("409", "503"):
            faults[code]["content"] = {"application/json": either}
    made: dict[str, Any] = {"operationId": way.operation, "summary": way.summary, "responses": answered | faults}
    if way.since:
        made["parameters"] = [_number("since", 0, None, "After this number."), _number("limit", 1, PAGE_MAX, "At most so many.")]
    if way.body:
        made["requestBody"] = {"required": True, "content": _content(way.body)}
    return made


def _content(kind: type) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _TEMPLATE.format(name=kind.__name__)}}}


def _number(name: str, least: int, most: int | None, description: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": least} | ({"maximum": most} if most else {})
    return {"name": name, "in": "query", "required": name == "since", "schema": schema, "description": description}
