"""カードの運用状況の確認 by an agency: only of a card presented at its own counter just now, for an affair of its own (規則43(3))."""

import dataclasses
import datetime
import os
from hashlib import sha256
from typing import NamedTuple

import msgspec
import pytest

from openjuki.card.at_the_counter import show_card
from openjuki.card.evidence import evidence
from openjuki.card.life import CardEvent as Happening
from openjuki.card.life import CardEventKind, CardStanding, EndCause
from openjuki.card.personalisation import personalise
from openjuki.card.sandbox_authority import COUNTER, LISTED_BODY, REALM
from openjuki.card.system import Blank, CardSystem, manufacture
from openjuki.keys.software import make_key
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import card_presented, card_states
from openjuki.offices.store import Store
from openjuki.procedures import card_state_query, code_allotment
from openjuki.procedures.card_state_query import CardState, CardStateQuery, PresentedCard
from openjuki.procedures.move_in import Arrival, MoveInNotification, move_in
from openjuki.register.addresses import Address
from openjuki.register.errors import Broken, Reason, Refused
from openjuki.register.identity import Sex
from openjuki.simulation import declaration
from openjuki.simulation.quiet import QuietCountry
from openjuki.terminal.card_file import MemoryFiles
from openjuki.terminal.door import InProcessDoor, converse
from openjuki.tlog.leaf import ProvisionLeaf, encode_record, provision_hash
from openjuki.wire.speech import encode
from tests.card import cards

CENTRE, AIRA = declaration.CENTRE, "462250"
PENSION, HOUSING, REALTY, TAX = "pension", "462012-housing", "13-realestate", "46-tax"
AFFAIRS = {PENSION: "appendix:1:77", HOUSING: "appendix:2:8", REALTY: "appendix:3:20"}
CARD = "A000000001"


def card_with(code, authority, card_id=CARD):
    """A real card of that authority with this code on it."""
    files, order = MemoryFiles(), cards.order(card_id)
    holder = dataclasses.replace(order.holder, code=code)
    blank = Blank(card_id, REALM, authority.trust, cards.DAY.isoformat())
    manufacture(files, os.urandom, blank, lambda aid, public: authority.card(card_id, aid, public))
    made = cards.work(card_id, jpki=False, services=())
    made = dataclasses.replace(made, certifier=authority, order=dataclasses.replace(order, holder=holder))
    terminal = authority.terminal(cards.OFFICE, COUNTER, os.urandom, cards.DAY)
    converse(InProcessDoor(CardSystem(files, os.urandom)), personalise(made, terminal))
    return files


class Asked(NamedTuple):
    """A question as its asker encoded it."""

    body: bytes
    digest: bytes


class Country(QuietCountry):
    """The declared country; 太郎 of Aira has a card, which his town has told of."""

    def __init__(self):
        super().__init__(declaration.declare().offices)
        for code, office in self.offices.items():
            self.open(code, Store(":memory:", TABLES[office.kind].scripts))
        self.authority = cards.authority()
        self.nodes[CENTRE].office.card_trust = self.authority.trust
        aira = self.nodes[AIRA].office
        self.call(code_allotment.request, aira, 5)
        home = Address(AIRA, "宮島町", "25番地")
        coming = (Arrival("住基　太郎", "1974-05-03", Sex.MALE, "世帯主"),)
        (self.taro,) = self.call(move_in, aira, "clerk", MoveInNotification(coming, home, "2013-11-01", "2013-11-01", "国外"))
        self.card = card_with(self.taro.code, self.authority)
        self.tell(CardEventKind.ISSUED, 1, last_day=datetime.date(2023, 12, 8))

    def tell(self, kind, number, **more):
        event = Happening(1_000 + number, kind, self.day, **more)
        office = self.nodes[AIRA].office
        self.call(office.write, lambda t: card_states.tell(t, office, CARD, self.taro.code, event, with_photo=True))
        self.agenda.run(lambda: False, 3)

    def shown(self, at, *, files=None, authority=None, shown_ms=None):
        """What a card proves that is shown at that agency's counter, PIN given."""
        door = InProcessDoor(CardSystem(files or self.card, os.urandom))
        door.connect()
        terminal = (authority or self.authority).terminal(at, LISTED_BODY, os.urandom, cards.DAY)
        now_ms = self.nodes[at].office.clock.wall_ms() if shown_ms is None else shown_ms
        found = converse(door, show_card(terminal, cards.PINS.juki, cards.DAY, now_ms))
        return evidence(found.certificate, now_ms, found.proof)

    def query(self, agency, proof, affair=""):
        return CardStateQuery(CARD, "officer-7", PresentedCard(affair or AFFAIRS[agency], "2013-1", proof))

    def ask(self, agency, query):
        self.agenda.run(lambda: False, 1)
        return self.call(card_state_query.ask, self.nodes[agency].office, query)

    def refusal(self, agency, query):
        before = self.rows()
        with pytest.raises(Refused) as refused:
            self.ask(agency, query)
        assert self.rows() == before
        return refused.value.code

    def rows(self):
        return self.look(CENTRE, "SELECT count(*) FROM provision")[0][0]


@pytest.fixture(scope="module")
def country():
    return Country()


pytestmark = pytest.mark.slow  # a country and a real card


@pytest.mark.parametrize("agency", [PENSION, HOUSING, REALTY])
def test_an_agency_hears_what_a_card_presented_to_it_is_and_nothing_of_its_holder(country, agency):
    query = country.query(agency, country.shown(agency))
    told = country.ask(agency, query)
    assert (told.standing, told.cause) == (CardStanding.VALID, None)
    assert CardState.__struct_fields__ == ("standing", "cause", "proof")
    assert country.taro.code.encode() not in encode(told) and country.taro.name.encode() not in encode(told)


def test_each_answer_is_one_row_about_the_holder_and_one_leaf_that_the_asker_can_prove(country):
    before = country.rows()
    query = country.query(PENSION, country.shown(PENSION))
    told = country.ask(PENSION, query)
    assert country.rows() == before + 1
    sql = "SELECT asker, affair, case_number, operator, persons, answer, salt, leaf, time_ms, log, position FROM provision ORDER BY id DESC"
    *row, answer, salt, leaf, time_ms, log, position = country.look(CENTRE, sql + " LIMIT 1")[0]
    ((person,),) = country.look(CENTRE, "SELECT id FROM person WHERE code = ?", country.taro.code)
    assert row == [PENSION, "appendix:1:77", "2013-1", "officer-7", str(person)]
    digests = sha256(encode(query)).digest(), sha256(answer).digest()
    assert leaf == provision_hash(salt, encode_record(ProvisionLeaf("sandbox", log, position, time_ms, PENSION, *digests, 1)))
    assert (told.proof.promise.log, told.proof.promise.index) == (log, position)


def test_an_answer_that_was_altered_or_has_no_proof_is_thrown_away(country):
    query = country.query(PENSION, country.shown(PENSION))
    told, office = country.ask(PENSION, query), country.nodes[PENSION].office
    assert card_state_query.accept(office, query, told) is told
    altered = [msgspec.structs.replace(told, standing=CardStanding.SUSPENDED), msgspec.structs.replace(told, proof=None)]
    other = country.ask(HOUSING, country.query(HOUSING, country.shown(HOUSING)))
    for wrong in (*altered, msgspec.structs.replace(told, proof=other.proof)):
        assert isinstance(card_state_query.accept(office, query, wrong), Broken)


def test_without_the_cards_signature_an_agency_hears_nothing(country):
    assert country.refusal(PENSION, CardStateQuery(CARD, "officer-7")) is Reason.INVALID
    proof = country.shown(PENSION)
    certificate, shown_ms, signature = msgspec.msgpack.decode(proof)
    for wrong in (b"", b"\xc1", evidence(certificate, shown_ms, b""), evidence(b"", shown_ms, signature), proof[:-1] + b"\x00"):
        assert country.refusal(PENSION, country.query(PENSION, wrong)) is Reason.INVALID
    moved = evidence(certificate, shown_ms + 1, signature)
    assert country.refusal(PENSION, country.query(PENSION, moved)) is Reason.INVALID


def test_a_presentation_of_long_ago_or_of_tomorrow_is_refused(country):
    now_ms = country.nodes[CENTRE].office.clock.wall_ms()
    for shown_ms in (now_ms - card_presented.FRESH_MS - 1, now_ms + card_presented.AHEAD_MS + 60_000):
        old = country.shown(PENSION, shown_ms=shown_ms)
        assert country.refusal(PENSION, country.query(PENSION, old)) is Reason.LATE


def test_what_was_presented_at_another_agency_is_refused(country):
    assert country.refusal(PENSION, country.query(PENSION, country.shown(HOUSING))) is Reason.INVALID


def test_another_countrys_card_of_the_same_number_and_code_is_refused(country):
    foreign = dataclasses.replace(country.authority, terminals=make_key(os.urandom))
    files = card_with(country.taro.code, foreign)
    assert country.refusal(PENSION, country.query(PENSION, country.shown(PENSION, files=files, authority=foreign))) is Reason.INVALID


def test_a_card_of_the_country_on_which_another_code_stands_is_refused(country):
    files = card_with("12345678901", country.authority)
    assert country.refusal(PENSION, country.query(PENSION, country.shown(PENSION, files=files))) is Reason.INVALID


def test_an_agency_off_the_route_or_without_the_affair_is_refused(country):
    """規則43(3) reaches as far as the agency may ask for identity confirmation information, and no further."""
    wrong = {
        (PENSION, "appendix:1:16"): Reason.AFFAIR_NOT_YOURS, (PENSION, "appendix:9:9"): Reason.AFFAIR_NOT_LISTED,
        (HOUSING, "appendix:4:7"): Reason.AFFAIR_NOT_YOURS, (TAX, "ordinance:460001:car-tax"): Reason.AFFAIR_NOT_LISTED,
        ("132012-housing", "appendix:4:7"): Reason.ROUTE_NOT_LAWFUL, ("46-passport", "appendix:5:6"): Reason.ROUTE_NOT_LAWFUL,
    }  # fmt: skip
    for (agency, affair), reason in wrong.items():
        assert country.refusal(agency, country.query(agency, country.shown(agency), affair)) is reason, (agency, affair)


def test_an_organ_that_may_ask_about_other_prefectures_hears_nothing_of_its_own(country):
    """A Kagoshima resident's card at a Tokyo organ's counter is of another prefecture; a listed body knows none."""
    tokyo = country.nodes[REALTY].office.place
    assert tokyo.prefecture == "13" and country.ask(REALTY, country.query(REALTY, country.shown(REALTY))).standing is CardStanding.VALID
    centre = country.nodes[CENTRE].office
    entry = msgspec.structs.replace(country.directory.entry(REALTY), prefecture="46")
    heard = []
    query = country.query(REALTY, country.shown(REALTY))
    card_state_query.receive(centre, entry, Asked(b"question", bytes(32)), query, heard.append)
    country.agenda.run(lambda: bool(heard), 3)
    assert heard[0].code is Reason.ROUTE_NOT_LAWFUL


def test_the_same_presentation_is_taken_once_even_with_the_signature_written_otherwise(country):
    proof = country.shown(PENSION)
    country.ask(PENSION, country.query(PENSION, proof))
    assert country.refusal(PENSION, country.query(PENSION, proof)) is Reason.CONFLICT
    assert country.refusal(PENSION, country.query(PENSION, proof, "appendix:1:77")) is Reason.CONFLICT
    country.agenda.run(lambda: False, card_presented.FRESH_MS // 1_000 + 2)
    country.ask(PENSION, country.query(PENSION, country.shown(PENSION)))
    assert country.look(CENTRE, "SELECT count(*) FROM card_presented") == [(1,)]


def test_a_case_and_an_operator_are_named(country):
    query = country.query(PENSION, country.shown(PENSION))
    assert country.refusal(PENSION, msgspec.structs.replace(query, operator="")) is Reason.NO_OPERATOR
    nameless = msgspec.structs.replace(query, presented=msgspec.structs.replace(query.presented, case=""))
    assert country.refusal(PENSION, nameless) is Reason.NO_CASE


def test_a_centre_without_the_countrys_authority_believes_no_card(country):
    office = country.nodes[CENTRE].office
    held, office.card_trust = office.card_trust, b""
    assert country.refusal(PENSION, country.query(PENSION, country.shown(PENSION))) is Reason.INVALID
    office.card_trust = held


def test_a_card_that_its_holder_gave_back_serves_no_more_and_that_is_all_that_is_told(country):
    """Last in this file: the country's one card is over."""
    country.tell(CardEventKind.ENDED, 8, cause=EndCause.RETURNED)
    told = country.ask(PENSION, country.query(PENSION, country.shown(PENSION)))
    assert (told.standing, told.cause) == (CardStanding.ENDED, EndCause.RETURNED)


def test_who_registers_asks_by_the_number_alone_and_leaves_no_provision(country):
    before = country.rows()
    assert country.ask(AIRA, CardStateQuery(CARD, "clerk")).proof is None
    assert country.rows() == before


def test_the_routes_are_those_of_the_register_offices_the_authority_and_the_agencies():
    assert {route.sender for route in CardStateQuery.routes} == set(OfficeKind) - {
        OfficeKind.CENTRE, OfficeKind.VERIFIER, OfficeKind.AUDITOR, OfficeKind.APPLICANT,
    }  # fmt: skip
    assert {route.receiver for route in CardStateQuery.routes} == {OfficeKind.CENTRE}
