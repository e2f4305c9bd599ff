"""What a transfer record carries and what not (令24の3, 30の27, 30の32), who can read it, and that a restraint is held before the entry."""

import msgspec
import pytest

from openjuki.law.ways_out import Asker, Output, WayOut, Word
from openjuki.offices import municipality, restraint_guard
from openjuki.offices.filing import Filing
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.procedures import move_in, one_visit_move
from openjuki.procedures.alias import AliasRequest, record_alias
from openjuki.procedures.one_visit_move import TransferRecord, TransferRecordRequest
from openjuki.procedures.restraint_notice import accept
from openjuki.register.change import Previous
from openjuki.register.errors import InvalidInput
from openjuki.register.events import EventKind, Items
from openjuki.register.foreign_residents import FOREIGN_ITEMS
from openjuki.register.identity import Reason, Sex
from openjuki.register.record import ResidentRecord
from openjuki.register.transfer_record import INSURED, AliasNote, check_transfer, encode_transfer, transferred
from tests.procedures.municipal_office import arrival
from tests.procedures.one_visit_country import DESTINATION, THERE, MovingCountry
from tests.procedures.wide_area_country import AIRA, BEFORE, CHIYODA, DOMICILE, HEAD, HOME, texts

HUBS = ("centre", "460001", "130001")
STAY = {
    "nationality": "フィリピン", "became_foreign_resident_on": "2012-07-09", "residence_class": "中長期在留者",
    "status_of_residence": "定住者", "period_of_stay": "3年", "stay_until": "2015-06-30", "residence_card_number": "AB12345678CD",
}  # fmt: skip


@pytest.fixture
def country():
    return MovingCountry()


def everything(country, office: str) -> bytes:
    """All bytes of an office's store."""

    def work(transaction):
        rows = (row for table in sorted(transaction.tables()) for row in transaction.all(f"SELECT * FROM {table}"))
        return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)

    return country.call(lambda then: country.office(office).write(work, then))


def test_no_hub_has_a_word_of_it_in_its_files_or_on_its_lines(country):
    country.moved()
    relay = [DOMICILE, HEAD, DESTINATION]
    held = {office: everything(country, office) for office in (*HUBS, AIRA, CHIYODA)}
    assert all(word.encode() in held[office] for word in relay[:2] for office in (AIRA, CHIYODA)), "the search sees what is there"
    assert not [(word, hub) for word in relay for hub in HUBS if word.encode() in held[hub]]
    types = [message.type_name().encode() for message in (TransferRecordRequest, TransferRecord)] + [b"MoveInNotice"]
    between = b"".join(frames for pair, frames in country.frames.items() if set(pair) == {AIRA, CHIYODA})
    assert all(name in between for name in types), "the search sees what travels"
    for pair, frames in country.frames.items():
        if set(pair) & set(HUBS):
            assert not [name for name in types if name in frames], pair


def test_even_between_the_two_towns_nothing_can_be_read(country):
    country.announce()
    country.visit()
    between = b"".join(frames for pair, frames in country.frames.items() if set(pair) == {AIRA, CHIYODA})
    for word in ("住基　太郎", DOMICILE, HEAD, DESTINATION, *country.codes):
        assert word.encode() not in between, word


def test_the_record_has_the_items_of_the_order_and_no_other(country):
    country.announce()
    record = country.visit().answer.record
    said = set(texts(record)) | {str(value) for person in record.persons for value in person.insured.values()}
    assert (record.householder, record.old_address, record.destination, record.leaves_on) == ("住基　太郎", HOME, DESTINATION, "2013-12-12")
    assert {DOMICILE, HEAD, *country.codes, "世帯主", "妻", "子"} <= said
    assert BEFORE not in said, "the address before that is not told"
    assert "2013-11-01" not in said, "nor since when they were residents, nor when they notified it"
    assert [person.card is not None for person in record.persons] == [True, False, False], "the card of its holder"
    assert [person.ended for person in record.persons] == [Previous(1, AIRA, 1, code) for code in country.codes]


def test_of_the_other_items_exactly_those_of_the_order_go():
    other = dict.fromkeys((*INSURED, *FOREIGN_ITEMS, "on_electoral_roll", "remarks", "address_number", "household_number"), "1")
    record = ResidentRecord(
        1, "名", "カナ", "1974-05-03", Sex.MALE, 1, "世帯主", "", "", "2001-01-01", HOME, "2001-01-02", "2001-01-03", BEFORE, "24727059608",
        "", "", "", 1, 1, other=other,
    )  # fmt: skip
    told = transferred(record, Previous(1, AIRA, 1, record.code), None, (), frozenset())
    assert tuple(told.insured) == INSURED == (
        "national_health_insurance", "elderly_medical_insurance", "care_insurance", "pension_kind", "pension_number", "child_allowance",
    )  # fmt: skip
    assert tuple(told.foreign) == FOREIGN_ITEMS
    assert not set(texts(told)) & {BEFORE, "2001-01-01", "2001-01-02", "2001-01-03"}


def test_items_of_later_years_are_told_from_their_days_on():
    record = ResidentRecord(
        1, "名", "カナ", "1974-05-03", Sex.MALE, 1, "世帯主", DOMICILE, HEAD, "", HOME, "", "", "", "24727059608", "123456789018", "旧姓",
        "通称", 1, 1,
    )  # fmt: skip
    told = transferred(record, Previous(1, AIRA, 1, record.code), None, (), frozenset({"individual_number", "former_name", "kana"}))
    assert (told.kana, told.former_name, told.individual_number, told.alias) == ("", "", "", "通称")


def test_a_foreign_resident_moves_with_stay_and_alias_and_where_it_was_recorded(country):
    (maria,) = country.arrive(arrival("SANTOS MARIA", "世帯主", "1985-12-08", sex=Sex.FEMALE, foreign=STAY))
    country.call(record_alias, country.office(AIRA), "clerk-1", AliasRequest(maria.code, "マリア・サントス", "2013-12-09"))
    country.announce(leavers=(maria.code,), holder=maria.code)
    arrived = country.visit(code=maria.code)
    (person,) = arrived.answer.record.persons
    assert (person.foreign, person.registered_domicile) == (STAY, "")
    assert person.alias_notes == (AliasNote("マリア・サントス", AIRA, "2013-12-10"),)
    (record,) = country.enter(arrived.number, relationships={maria.code: "世帯主"})
    assert (record.alias, record.other["stay_until"], record.residence) == ("マリア・サントス", "2015-06-30", 2)
    country.settle()
    country.call(record_alias, country.office(CHIYODA), "clerk-7", AliasRequest(maria.code, "", "2013-12-10"))
    notification = one_visit_move.OneVisitNotification(
        (maria.code,), maria.code, country.card.data, "鹿児島県姶良市", "2013-12-11", "2013-12-10"
    )
    country.call(one_visit_move.notify_move_out, country.office(CHIYODA), "clerk-7", notification)
    (person,) = country.visit(old_office=CHIYODA, at=AIRA, code=maria.code).answer.record.persons
    assert person.alias == ""
    assert person.alias_notes == (
        AliasNote("マリア・サントス", AIRA, "2013-12-10"),
        AliasNote("マリア・サントス", CHIYODA, "2013-12-10", deleted=True),
    )


def word_on_copy(country, office: str, name: str, birth: str) -> Word:
    """What a stranger would get of a copy there."""

    def work(transaction):
        person = transaction.value("SELECT id FROM person ORDER BY id DESC LIMIT 1")
        return restraint_guard.passes(transaction, country.office(office), WayOut.COPY, Asker.THIRD_PARTY, person)

    return country.call(lambda then: country.office(office).write(work, then))


def test_a_restraint_travels_along_and_is_held_before_the_entry(country):
    (hanako,) = country.arrive(arrival("保護　花子", "世帯主", "1983-04-17", sex=Sex.FEMALE))
    application = Application((Protected("保護　花子", "1983-04-17", Sex.FEMALE),), frozenset(Output), (Abuser("加害　太郎"),))
    country.call(accept, country.office(AIRA), "supervisor-1", application)
    country.announce(leavers=(hanako.code,), holder=hanako.code)
    number = country.visit(code=hanako.code).number
    assert country.look(CHIYODA, "SELECT count(*) FROM restraint") == [(1,)], "held while nobody is entered"
    assert country.look(CHIYODA, "SELECT count(*) FROM person") == [(0,)]
    country.enter(number, relationships={hanako.code: "世帯主"})
    assert word_on_copy(country, CHIYODA, "保護　花子", "1983-04-17") is not Word.ALLOWED
    country.settle()
    assert country.look("centre", "SELECT office FROM person ORDER BY id DESC LIMIT 1") == [(CHIYODA,)], "lawful notices flow"
    for office in (AIRA, CHIYODA):
        letters = country.look(office, "SELECT kind FROM notice_slip WHERE kind LIKE 'move%'")
        assert letters == [], "no letter to the address where the abuser may live"


def test_whoever_is_not_protected_brings_no_restraint(country):
    country.moved()
    assert country.look(CHIYODA, "SELECT count(*) FROM restraint") == [(0,)]


def test_pension_items_are_recorded_and_insurance_is_applied_for_anew(country):
    def with_pension(transaction):
        office = country.office(AIRA)
        person = municipality.person_of_code(transaction, country.codes[0])
        other = {"pension_kind": "2", "pension_number": "4600000011", "national_health_insurance": "1"}
        Filing(office, "clerk-1", Reason.CORRECTION_EX_OFFICIO, "2013-12-01", "2013-12-01").enter(
            transaction, person, EventKind.CHANGE, Items(other=other)
        )

    country.call(lambda then: country.office(AIRA).write(with_pension, then))
    country.announce()
    arrived = country.visit()
    assert arrived.answer.record.persons[0].insured["national_health_insurance"] == "1"
    taro, *_ = country.enter(arrived.number)
    assert taro.other == {"pension_kind": "2", "pension_number": "4600000011"}


@pytest.mark.parametrize(
    "changed",
    [
        {"ended": Previous(1, CHIYODA, 1, "24727059608")},
        {"ended": Previous(0, AIRA, 1, "24727059608")},
        {"ended": Previous(1, AIRA, 1, "24846016224")},
        {"insured": {"remarks": "x"}},
        {"relationship": "大家"},
        {"birth": "1974-13-01"},
        {"name": "\x00"},
        {"foreign": STAY},
    ],
)
def test_a_record_that_contradicts_itself_is_not_taken(country, changed):
    country.announce()
    record = country.visit().answer.record
    person = msgspec.structs.replace(record.persons[0], **({"code": "24727059608", "ended": Previous(1, AIRA, 1, "24727059608")} | changed))
    check_transfer(record, AIRA)
    with pytest.raises(InvalidInput):
        check_transfer(msgspec.structs.replace(record, persons=(person,)), AIRA)
    assert len(encode_transfer(record)) < TransferRecord.size_max


def test_the_entry_is_the_one_that_a_certificate_on_paper_makes(country):
    """The same events as moving in on paper, but for how the office learned of it."""
    country.announce()
    records = country.enter(country.visit().number)
    paper = MovingCountry()
    certificate = paper.call(one_visit_move.certify, paper.office(AIRA), "clerk-1", paper.announce().number)
    words = dict(zip(paper.codes, ("世帯主", "妻", "子"), strict=True))
    arrivals = move_in.arrivals_of(certificate, words)
    notification = move_in.MoveInNotification(arrivals, THERE, "2013-12-10", "2013-12-10", certificate.old_address.text())
    on_paper = paper.call(move_in.move_in, paper.office(CHIYODA), "clerk-7", notification)

    def plain(record):
        return msgspec.structs.replace(record, code="")

    assert [plain(record) for record in records] == [plain(record) for record in on_paper]
