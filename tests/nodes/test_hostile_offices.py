"""What an office with a good certificate, or a stranger with none, may not do to the others (悪意ある機関; architecture section 3)."""

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.admission import reports_to
from openjuki.nodes.tables import SPEECH, TABLES
from openjuki.offices import outbox
from openjuki.offices.store import Store
from openjuki.procedures.change_notice import IdentityChange
from openjuki.procedures.quarantine import Quarantined
from openjuki.register.addresses import Address
from openjuki.register.change import Change, Residence, encode_change
from openjuki.register.codes import with_check_digit
from openjuki.register.errors import Reason
from openjuki.register.identity import Identity, Sex, Status
from openjuki.register.identity import Reason as Why
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.quiet import REALM, QuietCountry
from openjuki.wire.frame import Header, Kind, frame
from openjuki.wire.link import Link
from openjuki.wire.message import Priority, on_route
from openjuki.wire.sides import CREDIT, Hello
from openjuki.wire.speech import Place, encode

AIRA, KAGOSHIMA, KAGOSHIMA_CITY, HACHIOJI = "462250", "460001", "462012", "132012"
NEVER_WRITTEN = 10**9
Heard = list[tuple[str, str, str]]


class Country(QuietCountry):
    """The declared country in memory, with what its offices told their audit."""

    def __init__(self) -> None:
        self.heard: Heard = []
        declared = declare()
        super().__init__(declared.offices, listen=lambda office, tag, what: self.heard.append((office, tag, what)))
        for one in declared.offices:
            if one.kind in TABLES:
                self.open(one.code, Store(":memory:", TABLES[one.kind].scripts))

    def link(self, sender: str, receiver: str) -> Link:
        """A link of the sender's to the receiver."""
        reached: list[Link] = []
        self.nodes[sender].reach(receiver, reached.append)  # type: ignore[arg-type]
        self.agenda.run(lambda: bool(reached))
        return reached[0]

    def settle(self, seconds: float = 3.0) -> None:
        """Let the clock go on."""
        self.agenda.run(lambda: False, seconds)

    def tell(self, office: str, *changes: Change) -> None:
        """The office's own outbox takes the changes, whatever its register says."""
        own = self.nodes[office].office
        for change in changes:
            self.call(own.write, lambda work, told=change: outbox.put(work, own.prefecture_office, "IdentityChange", encode_change(told)))  # type: ignore[misc]
        self.settle()

    def tags(self, office: str) -> list[str]:
        """The audit events of an office."""
        return [tag for who, tag, _ in self.heard if who == office]


def a_change(number: int, version: int = 1, n: int = 1) -> Change:
    code = with_check_digit(f"{number:010d}")
    who = Identity("住基　太郎", "ジュウキ　タロウ", "1974-05-03", Sex.MALE, Address(AIRA, "西餅田", "1番地"), code)
    return Change(who, Residence(n, AIRA), version, None, Why.ENTRY_EX_OFFICIO, Status.RESIDENT, "2013-12-01")


def expect(country: Country, sender: str, receiver: str, kind: Kind = Kind.EXPECT) -> None:
    """The sender claims to hold what the receiver never wrote to it."""
    link = country.link(sender, receiver)
    assert link.peer_hello is not None
    header = Header(1, REALM, sender, receiver, kind, Priority.NOTICE, NEVER_WRITTEN, epoch=link.peer_hello.epoch)
    for _ in range(3):
        link.transport.write(frame(header, b""))
    country.settle(1.0)


@pytest.mark.parametrize("victim", [CENTRE, KAGOSHIMA])
@pytest.mark.parametrize("kind", [Kind.EXPECT, Kind.ACK])
def test_a_municipality_of_another_prefecture_has_no_word_on_any_outbox(victim: str, kind: Kind) -> None:
    country = Country()
    before = country.nodes[victim].epoch
    expect(country, HACHIOJI, victim, kind)
    assert (country.nodes[victim].epoch, country.nodes[victim].office.recovering) == (before, False)
    assert "wire:acknowledgement:refused" in country.tags(victim)
    assert country.look(victim, "SELECT * FROM acknowledged WHERE receiver = ?", HACHIOJI) == []


@pytest.mark.parametrize("kind", [Kind.EXPECT, Kind.ACK])
def test_a_municipality_says_nothing_of_what_another_never_wrote_to_it(kind: Kind) -> None:
    country = Country()
    before = country.nodes[AIRA].epoch
    expect(country, HACHIOJI, AIRA, kind)
    assert (country.nodes[AIRA].epoch, country.nodes[AIRA].office.recovering) == (before, False)
    assert country.look(AIRA, "SELECT * FROM acknowledged WHERE receiver = ? AND sequence > 0", HACHIOJI) == []


@pytest.mark.parametrize(("liar", "victim"), [(AIRA, KAGOSHIMA), (KAGOSHIMA, CENTRE)])
def test_who_reports_to_a_hub_cannot_put_it_into_recovery_but_the_operator_hears_of_it_once(liar: str, victim: str) -> None:
    country = Country()
    before = country.nodes[victim].epoch
    expect(country, liar, victim)
    assert (country.nodes[victim].epoch, country.nodes[victim].office.recovering) == (before, False)
    assert country.tags(victim).count("node:restore:suspected") == 1
    assert "node:restore:noticed" not in country.tags(victim)


@pytest.mark.parametrize(("hub", "restored"), [(KAGOSHIMA, AIRA), (CENTRE, KAGOSHIMA)])
def test_the_hub_that_an_office_reports_to_tells_it_that_it_was_restored(hub: str, restored: str) -> None:
    country = Country()
    before = country.nodes[restored].epoch
    expect(country, hub, restored)
    assert "node:restore:noticed" in country.tags(restored)
    assert country.nodes[restored].epoch != before


def test_a_report_of_quarantine_goes_only_against_a_notice() -> None:
    places = [Place(kind.value + near, kind, near) for kind in OfficeKind for near in ("46", "13")]
    others = [message for message in SPEECH.messages.values() if message.durable and message is not Quarantined]
    for sender in places:
        for receiver in places:
            told = any(on_route(one, receiver.kind, receiver.prefecture, sender.kind, sender.prefecture) for one in others)
            allowed = on_route(Quarantined, sender.kind, sender.prefecture, receiver.kind, receiver.prefecture)
            assert allowed == told, (sender, receiver)


def test_each_office_reports_to_one_hub_and_the_centre_to_none() -> None:
    country = Country()
    places = [country.nodes[code].place for code in (AIRA, KAGOSHIMA, HACHIOJI, CENTRE)]
    reporting = {(one.code, hub.code) for one in places for hub in places if reports_to(one, hub)}
    assert reporting == {(AIRA, KAGOSHIMA), (KAGOSHIMA, CENTRE)}


class Dead:
    """A transport on which nobody reads."""

    closed = False

    def write(self, data: bytes) -> None:
        """Goes nowhere."""

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("message_type", ["X", "IdentityChange", "OfficeEnrol"])
def test_a_notice_of_a_stranger_is_written_nowhere(message_type: str) -> None:
    country, transport = Country(), Dead()
    link = country.nodes[CENTRE].applied(transport)
    assert link is not None
    link.receive(frame(Header(1, REALM, "applicant", CENTRE, Kind.HELLO, 0, 0), encode(Hello((1,), 0, CREDIT, b""))))
    for number in range(1, 101):
        link.receive(frame(Header(1, REALM, "applicant", CENTRE, Kind.NOTICE, 1, number, message_type, 1, 0, b"e"), b""))
    country.settle()
    assert transport.closed
    assert country.look(CENTRE, "SELECT count(*) FROM quarantine") == [(0,)]
    assert country.look(CENTRE, "SELECT count(*) FROM outbox") == [(0,)]
    assert country.look(CENTRE, "SELECT count(*) FROM inbox") == [(0,)]
    assert len(country.tags(CENTRE)) < 10


def test_a_notice_of_an_office_that_has_none_to_send_here_is_written_nowhere() -> None:
    country = Country()
    link = country.link(HACHIOJI, KAGOSHIMA)
    for number in range(1, 11):
        link.notice(IdentityChange, b"e", number, b"")
    country.settle()
    assert link.closed
    assert country.look(KAGOSHIMA, "SELECT count(*) FROM quarantine") == [(0,)]
    assert country.look(KAGOSHIMA, "SELECT count(*) FROM outbox") == [(0,)]


@pytest.mark.parametrize("poison", [{"version": 2**64 - 1}, {"version": 2**63}, {"n": 2**64 - 1}])
def test_a_number_too_great_for_the_store_stops_no_link(poison: dict[str, int]) -> None:
    country = Country()
    country.tell(AIRA, a_change(1, **poison), a_change(2))
    for hub in (KAGOSHIMA, CENTRE):
        assert country.look(hub, "SELECT count(*) FROM person") == [(1,)], hub
    assert len(country.look(KAGOSHIMA, "SELECT reason FROM quarantine")) == 1
    assert country.call(country.nodes[AIRA].office.write, outbox.unacknowledged) == {}


def test_any_fault_of_the_program_sets_one_notice_aside_and_nothing_of_it_stays() -> None:
    country = Country()
    hub = country.nodes[KAGOSHIMA]
    honest = hub.notices[IdentityChange]

    def faulty(transaction, office, told):  # type: ignore[no-untyped-def]
        honest(transaction, office, told)
        for one in told:
            if one.message.change.version == 7:
                transaction.events.append(("half:done:event", ""))
                raise ZeroDivisionError(one.message.change.identity.name)

    hub.notices = {**hub.notices, IdentityChange: faulty}
    country.tell(AIRA, a_change(1, version=7), a_change(2))
    assert country.look(KAGOSHIMA, "SELECT reason FROM quarantine") == [(Reason.FAILED.value,)]
    assert country.look(KAGOSHIMA, "SELECT count(*) FROM person") == [(1,)]
    assert (KAGOSHIMA, "wire:notice:failed", "ZeroDivisionError") in country.heard
    assert "half:done:event" not in country.tags(KAGOSHIMA)
    assert "wire:notice:set-aside-by-peer" in country.tags(AIRA)


def test_a_notice_is_not_blamed_for_the_lack_of_memory() -> None:
    country = Country()
    hub = country.nodes[KAGOSHIMA]
    honest, short = hub.notices[IdentityChange], [True]

    def hungry(*given):  # type: ignore[no-untyped-def]
        if short[0]:
            raise MemoryError
        honest(*given)

    hub.notices = {**hub.notices, IdentityChange: hungry}
    country.tell(AIRA, a_change(1))
    short[0] = False
    country.settle(30.0)
    assert country.look(KAGOSHIMA, "SELECT count(*) FROM quarantine") == [(0,)]
    assert country.look(KAGOSHIMA, "SELECT count(*) FROM person") == [(1,)]
