"""A sender forgets no row that was written while it read and its peer was slow (通知の送信; architecture section 3, "Notices")."""

from openjuki.nodes.tables import TABLES
from openjuki.offices import outbox
from openjuki.offices.store import Store, Transaction
from openjuki.register.addresses import Address
from openjuki.register.change import Change, Residence, encode_change
from openjuki.register.codes import with_check_digit
from openjuki.register.identity import Identity, Reason, Sex, Status
from openjuki.simulation.declaration import declare
from openjuki.simulation.quiet import QuietCountry

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
