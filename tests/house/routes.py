"""The routes that the Act leaves to each message (経路; the catalogue of messages, typed by hand).

A message may have fewer routes than stand here, never more: "own" means offices of one prefecture. An answer has no route, it goes back.
"""

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.wire.message import Message

TO_CENTRE = {f"{kind} > centre" for kind in OfficeKind if kind is not OfficeKind.CENTRE}
RECONCILING = {"municipality > own prefecture", "prefecture > own municipality", "prefecture > centre", "centre > prefecture"}
LAWFUL: dict[str, set[str]] = {
    "CodePoolRequest": {"municipality > centre"},
    "IndividualNumberRequest": {"municipality > centre"},
    "IdentityChange": {"municipality > own prefecture", "prefecture > centre"},
    "TransferConfirmed": {"municipality > own prefecture"},
    "RecordError": {"centre > prefecture", "prefecture > own municipality"},
    "IdentityQuery": {
        "appendix-body > centre",
        "prefecture-organ > centre",
        "prefecture-organ > prefecture",
        "municipal-organ > centre",
        "municipal-organ > own prefecture",
        "municipality > centre",
        "municipality > own prefecture",
        "municipality > municipality",
        "prefecture > centre",
        "prefecture > prefecture",
    },
    "MoveInNotice": {"municipality > municipality"},
    "BucketSums": RECONCILING,
    "BucketRecords": RECONCILING,
    "DirectoryPull": TO_CENTRE,
    "OfficeEnrol": TO_CENTRE,
    "OfficeChange": TO_CENTRE,
    "OfficeSuspend": TO_CENTRE,
    "OfficeClose": TO_CENTRE,
    "Quarantined": RECONCILING | {"municipality > municipality"},
}


def words(route: Route) -> set[str]:
    """A route in the words of the catalogue; one of any relation says more than one of the own prefecture."""
    if route.relation is Relation.OWN:
        return {f"{route.sender} > own {route.receiver}", f"{route.sender} > {route.receiver}"}
    return {f"{route.sender} > {route.receiver}"}


def faults(message: type[Message]) -> list[str]:
    """Routes that the catalogue does not give to the message; a message with routes must stand in it."""
    name = message.type_name()
    if message.routes and name not in LAWFUL:
        return [f"{name}: not in the catalogue of tests/house/routes.py; add the routes that the Act leaves to it"]
    return [f"{name}: {max(words(route))} is not lawful" for route in message.routes if not words(route) & LAWFUL[name]]
