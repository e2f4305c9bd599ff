"""Change notice: a municipality tells its prefecture, that the centre (本人確認情報の通知, Act art. 30-5, 30-11; 2013-12).

municipality                    prefecture                        centre
  outbox row (a Change)
  1 change_message
          -- IdentityChange -->
                                2 prefecture_receives
                                  keeps it; its own outbox takes it with the municipality's seal
                                                -- IdentityChange -->
                                                                  3 centre_receives
                                                <-- RecordError -- 4 tell_of_contest
                                5 prefecture_passes_error
          <-- RecordError ------
  6 error_arrives

An officer of a hub who learns that a record is wrong begins with report_error in place of step 4.
"""

from collections.abc import Sequence

import msgspec

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.offices import handling_notes, identity, outbox
from openjuki.offices.identity_newcomers import receive_all
from openjuki.offices.municipality import put_work_item_once
from openjuki.offices.office import Office, Then
from openjuki.offices.outbox import Told
from openjuki.offices.store import Transaction
from openjuki.offices.told_change import check_change
from openjuki.register.change import Change, decode_change
from openjuki.register.codes import resident_code
from openjuki.register.errors import Conflict, InvalidInput, Reason, Refused, Say
from openjuki.register.identity import Identity
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried, encode_seal
from openjuki.wire.speech import encode


class IdentityChange(Message, frozen=True):
    """The full new state of one person (Act art. 30-5(1), Rules art. 11)."""

    routes = frozenset(
        {Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN), Route(OfficeKind.PREFECTURE, OfficeKind.CENTRE)}
    )
    durable = True
    relayed = True
    priority = Priority.NOTICE
    change: Change


REPORTED = (*Identity.__struct_fields__, "residence", "status")
"""Items of a record in which a hub's officer may say that it is wrong."""
WHY_MAX = 200
"""Characters; ours, so that a report fits its message in any writing."""

_decode_loss = msgspec.msgpack.Decoder(tuple[str, str]).decode


class RecordError(Message, frozen=True):
    """A record looks wrong to a hub (Act art. 30-11(5), 12-5): whose code, which item, why; `office` is the one to be told."""

    routes = frozenset(
        {Route(OfficeKind.CENTRE, OfficeKind.PREFECTURE), Route(OfficeKind.PREFECTURE, OfficeKind.MUNICIPALITY, Relation.OWN)}
    )
    durable = True
    relayed = True
    priority = Priority.NOTICE
    size_max = 2_048
    office: str
    code: str
    item: str
    why: str


def loss_message(row: bytes) -> RecordError:
    """Centre or prefecture: its outbox row about a person whom the office before has lost (procedures/confirmation.py), as a message."""
    told, code = _decode_loss(row)
    return RecordError(told, code, "previous", "the office before does not hold the record that this one follows")


def change_message(row: bytes) -> IdentityChange:
    """Step 1, municipality: the outbox row of an event as a message; it is sealed on its way out."""
    return IdentityChange(decode_change(row))


def prefecture_receives(transaction: Transaction, office: Office, told: Sequence[Told]) -> None:
    """Step 2, prefecture: keep the states and pass them on as they came, under the municipality's seal (Act art. 30-5(2), 30-11(1))."""
    arrivals = _keep(transaction, office, told)
    new = [one.carried for one, arrival in zip(told, arrivals, strict=True) if arrival.outcome is not identity.Outcome.KNOWN]
    payloads, seals = [one.payload for one in new], [encode_seal(one.seal) for one in new]  # what is known was passed on when it first came
    outbox.put_all(transaction, office.centre, IdentityChange.type_name(), payloads, seals)


def centre_receives(transaction: Transaction, office: Office, told: Sequence[Told]) -> None:
    """Step 3, centre: keep the states; what follows something not heard of yet is parked (architecture section 3)."""
    for one, arrival in zip(told, _keep(transaction, office, told), strict=True):
        if arrival.outcome is identity.Outcome.PARKED:
            transaction.events.append(("change:person:parked", one.origin.code))


def _keep(transaction: Transaction, office: Office, told: Sequence[Told]) -> list[identity.Arrival]:
    """Both hubs: judge each change, keep it, and tell of those that contest a residence."""
    for one in told:
        check_change(one.message.change, one.origin)
    changes = [one.message.change for one in told]
    arrivals = receive_all(transaction, changes, office.clock.wall_ms(), office.place.prefecture)
    handling_notes.remember(transaction, office, changes)
    for change, arrival in zip(changes, arrivals, strict=True):
        tell_of_contest(transaction, office, change, arrival.contested)
    return arrivals


def tell_of_contest(transaction: Transaction, office: Office, change: Change, contested: list[str]) -> None:
    """Step 4, centre or prefecture: two offices claim one residence of a person; both are told."""
    for code in contested:
        error = RecordError(code, change.identity.code, "residence", "two offices claim this residence")
        _send_error(transaction, office, error)


def _send_error(transaction: Transaction, office: Office, error: RecordError) -> None:
    """Towards the municipality: the centre through the prefecture, the prefecture to its own."""
    entry = office.directory.entry(error.office)
    if entry is None:
        return
    if office.kind is OfficeKind.CENTRE:
        outbox.put(transaction, office.prefecture_of(entry.prefecture), RecordError.type_name(), encode(error))
    elif entry.prefecture == office.place.prefecture:
        outbox.put(transaction, entry.code, RecordError.type_name(), encode(error))


def report_error(office: Office, operator: str, code: str, item: str, why: str, then: Then) -> None:
    """In place of step 4, centre or prefecture: an officer has learned that a record is wrong; the mayor who keeps it is told.

    `item` is one of `REPORTED`; `then` gets the code of the office that is told, or an OpenJukiError.
    """
    office.require_ready()
    office.write(lambda transaction: _report(transaction, office, operator, code, item, why), then)


def _report(transaction: Transaction, office: Office, operator: str, code: str, item: str, why: str) -> str:
    if item not in REPORTED or not 0 < len(why) <= WHY_MAX or not why.isprintable():
        reason = Say(
            "names no item of identity, or says nothing that can be read.", "項目名が本人確認情報の項目でないか、理由を読めません。"
        )
        raise InvalidInput("item", reason, Say(f"Use {', '.join(REPORTED)} and a line of text.", "項目名と一行の理由を指定してください。"))
    sql = "SELECT person.code, person.office FROM code JOIN person ON person.id = code.person WHERE code.code = ?"
    held = transaction.one(sql, resident_code(code))
    entry = office.directory.entry(held[1]) if held else None
    if entry is None or entry.prefecture != (office.place.prefecture or entry.prefecture):
        reason = Say("nobody of this code lives where this office could tell it.", "この住民票コードの者は当機関の通報先にいません。")
        raise Conflict("code", reason, Say("Check the code, or tell the centre.", "コードを確かめるか、全国センターに知らせてください。"))
    _send_error(transaction, office, RecordError(entry.code, held[0], item, why))
    outbox.record(transaction, office.clock.wall_ms(), "identity:error:told", operator, f"{entry.code} {item}")
    return entry.code


def prefecture_passes_error(transaction: Transaction, office: Office, origin: Entry, message: RecordError, carried: Carried) -> None:
    """Step 5, prefecture: pass the centre's report on to the municipality, under the centre's seal."""
    entry = office.directory.entry(message.office)
    if origin.kind is not OfficeKind.CENTRE or entry is None or entry.prefecture != office.place.prefecture:
        raise Refused(Reason.WRONG_OFFICE, "Act art. 30-11(5)")
    outbox.put(transaction, message.office, RecordError.type_name(), carried.payload, encode_seal(carried.seal))


def error_arrives(transaction: Transaction, office: Office, origin: Entry, message: RecordError, carried: Carried) -> None:
    """Step 6, municipality: a work item for the clerk; the clerk decides, nothing is changed by machine (Act art. 12-5)."""
    if origin.kind not in (OfficeKind.CENTRE, OfficeKind.PREFECTURE) or message.office != office.code:
        raise Refused(Reason.WRONG_OFFICE, "Act art. 30-11(5)")
    put_work_item_once(transaction, office.clock.wall_ms(), "record-error", message.code, f"{message.item}: {message.why}")
