"""The routes that the Act leaves to each message (経路; the catalogue of messages, typed by hand).

A message may have fewer routes than stand here, never more: "own" means offices of one prefecture. An answer goes the ways of its
question backwards, or has no route at all.
"""

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.wire.message import Message

TO_CENTRE = {f"{kind} > centre" for kind in OfficeKind if kind is not OfficeKind.CENTRE}
RECONCILING = {"municipality > own prefecture", "prefecture > own municipality", "prefecture > centre", "centre > prefecture"}
NOTIFYING = (OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, OfficeKind.CENTRE)
LAWFUL: dict[str, set[str]] = {
    "CodePoolRequest": {"municipality > centre"},
    "IndividualNumberRequest": {"municipality > centre"},
    "IdentityChange": {"municipality > own prefecture", "prefecture > centre"},
    "TransferConfirmed": {"municipality > own prefecture"},
    "CardEvent": {"municipality > own prefecture", "prefecture > centre"},
    "CardStateQuery": TO_CENTRE,
    "GuidanceGiven": {"prefecture > own municipality"},
    "GuidanceAnswer": {"municipality > own prefecture"},
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
    # an IdentityQuery of an own municipality or its organ, as the governor passes it on
    "ForwardedQuery": {
        "municipality > own prefecture",
        "municipal-organ > own prefecture",
        "prefecture > centre",
        "prefecture > prefecture",
    },
    "MoveInNotice": {"municipality > municipality"},
    "TransferRecordRequest": {"municipality > municipality"},
    "AddressSupplementNotice": {"municipality > municipality"},
    "SupplementMismatch": {"municipality > municipality"},
    "SupplementTransfer": {"municipality > municipality"},
    "ResidentRecordNotice": {"municipality > municipality"},
    "RestraintNotice": {"municipality > municipality"},
    "RelayKeyRequest": {"municipality > municipality"},
    "WideAreaCopyRequest": {"municipality > municipality"},
    "BucketSums": RECONCILING,
    "BucketRecords": RECONCILING,
    "BucketCards": {"municipality > own prefecture", "prefecture > centre"},
    "OutboxPosition": {"prefecture > own municipality", "centre > prefecture"},
    "DirectoryPull": TO_CENTRE,
    "OfficeEnrol": TO_CENTRE,
    "OfficeChange": TO_CENTRE,
    "OfficeSuspend": TO_CENTRE,
    "OfficeClose": TO_CENTRE,
    # back along any link by which a notice came; it names numbers only, never a person
    "Quarantined": {f"{sender} > {receiver}" for sender in NOTIFYING for receiver in NOTIFYING},
}

ANSWERS = {
    "CodePool": "CodePoolRequest",
    "IndividualNumber": "IndividualNumberRequest",
    "IdentityAnswer": "IdentityQuery",
    "TransferRecord": "TransferRecordRequest",
    "HeldRecords": "BucketRecords",
    "HeldCards": "BucketCards",
    "OutboxPositionIs": "OutboxPosition",
    "DirectoryGiven": "DirectoryPull",
    "EnrolmentState": "OfficeEnrol",
    "RelayKey": "RelayKeyRequest",
    "WideAreaCopy": "WideAreaCopyRequest",
    "CardState": "CardStateQuery",
}


def lawful(name: str) -> set[str] | None:
    """The routes of a message or, backwards, of the question that it answers; None if the catalogue does not know it."""
    if name in ANSWERS:
        return {backwards(route) for route in LAWFUL[ANSWERS[name]]}
    return LAWFUL.get(name)


def backwards(route: str) -> str:
    """The way back: "municipality > own prefecture" gives "prefecture > own municipality"."""
    sender, receiver = route.split(" > ")
    near, kind = ("own ", receiver.removeprefix("own ")) if receiver.startswith("own ") else ("", receiver)
    return f"{kind} > {near}{sender}"


def words(route: Route) -> set[str]:
    """A route in the words of the catalogue; one of any relation says more than one of the own prefecture."""
    if route.relation is Relation.OWN:
        return {f"{route.sender} > own {route.receiver}", f"{route.sender} > {route.receiver}"}
    return {f"{route.sender} > {route.receiver}"}


def faults(message: type[Message]) -> list[str]:
    """Routes that the catalogue does not give to the message; a message with routes must stand in it."""
    name = message.type_name()
    known = lawful(name)
    if known is None:
        return (
            [f"{name}: not in the catalogue of tests/house/routes.py; add the routes that the Act leaves to it"] if message.routes else []
        )
    return [f"{name}: {max(words(route))} is not lawful" for route in message.routes if not words(route) & known]
