"""What a hub can receive and store, found by walking types and tables, and on which routes (保護措置; promises P1, P2)."""

from typing import Any

import msgspec
import pytest

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.nodes.tables import MESSAGES, TABLES
from openjuki.register.identity import Identity
from openjuki.wire.message import Message
from tests.house import carried, hub_bytes, routes

TO_CENTRE = frozenset({Route(OfficeKind.PREFECTURE, OfficeKind.CENTRE)})
AMONG_MUNICIPALITIES = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})


@pytest.mark.parametrize("message", carried.messages(), ids=lambda message: message.__name__)
def test_a_message_that_meets_a_hub_carries_nothing_that_stays_in_the_municipality(message):
    assert not carried.faults(message, hub_bytes.FIELDS)


@pytest.mark.parametrize("message", carried.messages(), ids=lambda message: message.__name__)
def test_a_message_has_no_route_that_the_catalogue_does_not_give_it(message):
    assert not routes.faults(message)


def test_the_walk_sees_the_messages_there_are():
    assert {"IdentityChange", "RecordError"} <= {message.__name__ for message in carried.messages()}


HUB_SCRIPTS = {kind: ";\n".join(TABLES[kind].scripts) for kind in carried.HUBS}


@pytest.mark.parametrize("kind", sorted(carried.HUBS))
def test_the_tables_of_a_hub_hold_nothing_that_stays_in_the_municipality(kind):
    assert not carried.table_faults(HUB_SCRIPTS[kind], hub_bytes.COLUMNS)


def test_the_bytes_that_a_hub_stores_are_of_types_that_hold_nothing_of_the_municipality():
    assert set(hub_bytes.COLUMNS) <= {column for script in HUB_SCRIPTS.values() for column in carried.columns(script)}
    assert not [fault for kind in hub_bytes.COLUMNS.values() for fault in carried.type_faults(kind, hub_bytes.FIELDS)]


@pytest.mark.parametrize("kind", list(TABLES))
def test_an_office_takes_only_what_has_a_route_to_it(kind):
    taken = [*TABLES[kind].answers, *TABLES[kind].notices]
    assert all(any(route.receiver is kind for route in message.routes) for message in taken)


def test_the_nodes_speak_exactly_the_messages_of_the_procedures():
    assert set(MESSAGES) == {message for message in carried.messages() if not message.__name__.startswith("_")}


def test_every_reason_for_bytes_is_still_needed():
    kinds = [*carried.messages(), *hub_bytes.COLUMNS.values()]
    assert set(hub_bytes.FIELDS) <= {f"{each.owner}.{each.name}" for kind in kinds for each in carried.held(kind)}


class Kin(msgspec.Struct, frozen=True):
    """Someone's relation, deep inside."""

    relationship: str


class Deep(msgspec.Struct, frozen=True):
    """Holds a relation in a container."""

    kin: tuple[Kin, ...] | None


class Leaking(Message, frozen=True):
    """Leaks a relation to the centre, three types deep."""

    routes = TO_CENTRE
    deep: dict[str, Deep]


class Anything(Message, frozen=True):
    """Can hold anything."""

    routes = TO_CENTRE
    what: Any


class Packed(Message, frozen=True):
    """Can hold anything in bytes; as an answer it has no route."""

    body: bytes


class Neighbourly(Message, frozen=True):
    """Lawful: from municipality to municipality only."""

    routes = AMONG_MUNICIPALITIES
    deep: Deep


def test_what_leaks_to_a_hub_is_found_however_deep_it_lies():
    assert any("relationship" in fault for fault in carried.faults(Leaking, {}))
    assert carried.faults(Anything, {})
    assert carried.faults(Packed, {})
    assert not carried.faults(Packed, {"Packed.body": "a certificate"})
    assert not carried.faults(Neighbourly, {})


def test_every_item_that_does_not_reach_a_hub_is_known_by_its_name():
    assert {"relationship", "householder_name", "registered_domicile", "pension_number", "remarks"} <= set(carried.HOME_ITEMS)
    assert not {"name", "birth", "sex", "resident_code"} & set(carried.HOME_ITEMS)


def test_a_table_that_leaks_is_found():
    assert carried.table_faults("CREATE TABLE person (household INTEGER)", {})
    assert carried.table_faults("CREATE TABLE person (body BLOB)", {})
    assert not carried.table_faults("CREATE TABLE person (body BLOB, code TEXT)", {"person.body": Identity})


def test_a_route_that_is_not_lawful_is_found():
    class TransferConfirmed(Message, frozen=True):
        routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.ANY)})

    class Unheard(Message, frozen=True):
        routes = TO_CENTRE

    class CodePool(Message, frozen=True):
        routes = frozenset({Route(OfficeKind.CENTRE, OfficeKind.VERIFIER)})

    assert routes.faults(CodePool)
    assert routes.faults(TransferConfirmed)
    assert routes.faults(Unheard)
