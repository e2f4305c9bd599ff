"""A sender forgets no row, however its reads fall, and seals many with one signature (通知の送信; architecture section 3, "Notices")."""

from collections import Counter

from openjuki.nodes.sending import READ_MAX, ready
from openjuki.nodes.tables import TABLES
from openjuki.offices import outbox
from openjuki.offices.store import Store, Transaction
from openjuki.register.addresses import Address
from openjuki.register.change import Change, Residence, encode_change
from openjuki.register.codes import with_check_digit
from openjuki.register.identity import Identity, Reason, Sex, Status
from openjuki.simulation.declaration import declare
from openjuki.simulation.quiet import QuietCountry
from openjuki.wire.seal import decode_carried

AIRA, KAGOSHIMA = "462250", "460001"


def a_country() -> QuietCountry:
    declared = declare()
    country = QuietCountry(declared.offices)
    for one in declared.offices:
        if one.kind in TABLES:
            country.open(one.code, Store(":memory:", TABLES[one.kind].scripts))
    return country


TARO = Identity("住基　太郎", "ジュウキ　タロウ", "1974-05-03", Sex.MALE, Address(AIRA, "西餅田", "1番地"), with_check_digit("0000000001"))
ENTRY = Change(TARO, Residence(1, AIRA), 1, None, Reason.ENTRY_EX_OFFICIO, Status.RESIDENT, "2013-12-01")


def write_row(transaction: Transaction) -> None:
    """A notice, whatever the register says: it is the sending that is looked at."""
    outbox.put(transaction, KAGOSHIMA, "IdentityChange", encode_change(ENTRY))


def test_a_row_written_during_a_read_and_while_the_peer_is_slow_is_sent_when_there_is_room_again() -> None:
    country = a_country()
    office = country.nodes[AIRA].office
    country.call(office.write, write_row)
    sender = country.nodes[AIRA].sender(KAGOSHIMA)
    assert country.agenda.run(lambda: sender.sent == sender.acknowledged == 1 and sender.caught_up)
    link = country.nodes[AIRA].links[KAGOSHIMA]

    def slow_peer_and_a_row(transaction: Transaction) -> None:
        link.hold()
        write_row(transaction)

    country.call(office.write, write_row)
    assert sender.reading
    country.call(office.write, slow_peer_and_a_row)
    assert country.agenda.run(lambda: not sender.reading)
    assert link.paused
    link.resumed()
    assert country.agenda.run(lambda: sender.acknowledged == 3, patience_s=5.0)


def test_many_rows_are_read_at_once_and_a_path_is_no_longer_than_eight_hashes() -> None:
    country = a_country()
    node = country.nodes[AIRA]
    country.call(
        node.office.write, lambda transaction: outbox.put_all(transaction, KAGOSHIMA, "IdentityChange", [encode_change(ENTRY)] * 600)
    )
    read = country.call(node.office.write, lambda transaction: ready(transaction, node, KAGOSHIMA, 0, READ_MAX))
    assert [sequence for sequence, _, _ in read] == list(range(1, 601))
    seals = [decode_carried(body).seal for _, _, body in read]
    assert Counter(seal.size for seal in seals) == {256: 2 * 256, 88: 88}
    assert max(len(seal.path) for seal in seals) == 8 * 32
    assert country.agenda.run(lambda: node.sender(KAGOSHIMA).acknowledged == 600)
