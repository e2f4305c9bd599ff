"""The desk: whose paper, which items, what becomes of one that cannot be made, notices in batch (証明書の発行)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from openjuki.documents.choosing import Choice
from openjuki.documents.content import HouseholdCopy
from openjuki.documents.fonts import Unprintable
from openjuki.documents.issue import Place
from openjuki.documents.kinds import Kind
from openjuki.documents.reading import bare, read
from openjuki.law.ways_out import Asker, Output, WayOut
from openjuki.nodes import document_orders
from openjuki.nodes.document_desk import DocumentDesk
from openjuki.nodes.document_orders import OwnRequest
from openjuki.offices import issued_documents, municipality, restraint_guard, restraints
from openjuki.offices.copy_requests import Item, Party, Wanted
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.offices.supplement_copies import Ground
from openjuki.procedures.copy_request import CopyGiven
from openjuki.register.errors import Broken, Conflict, InvalidInput, OpenJukiError
from tests.procedures.municipal_office import TownHall, family

pytestmark = pytest.mark.slow


@pytest.fixture
def hall():
    return TownHall()


@pytest.fixture
def people(hall):
    """太郎, 美子, 光."""
    return family(hall)


async def call(step, *arguments):
    """Run a step that ends in `then`."""
    heard = []
    step(*arguments, heard.append)
    if isinstance(heard[0], OpenJukiError):
        raise heard[0]
    return heard[0]


def no_seal(office):
    raise AssertionError("nothing is sealed here")


def issue(hall, *orders):
    """Every paper of the orders, made at once."""
    desk = DocumentDesk(call, no_seal, executor=ThreadPoolExecutor(4))
    try:
        return asyncio.run(desk.issue_all(hall.office, "clerk-1", orders))
    finally:
        desk.close()


def own(hall, kind, record, *chosen, case="R-1"):
    request = OwnRequest(kind, record.code, case, frozenset(chosen), Place("窓口1"))
    return hall.do(lambda t: document_orders.own_order(t, hall.office, "clerk-1", request))


def words(released):
    return "".join(page.words for page in read(released.pdf).pages)


def records(hall):
    return hall.do(issued_documents.issued)


def test_each_of_a_household_gets_their_own_paper_asked_for_at_once(hall, people):
    papers = issue(hall, *(own(hall, Kind.RESIDENT_COPY, one, case=f"R-{number}") for number, one in enumerate(people)))
    for mine, paper in zip(people, papers, strict=True):
        shown = words(paper)
        assert f"氏名{bare(mine.name)}生年月日" in shown
        assert not any(f"氏名{bare(other.name)}" in shown for other in people if other is not mine)
    assert sorted(row.codes for row in records(hall)) == sorted((one.code,) for one in people)


def test_a_household_copy_shows_all_and_says_so_only_if_it_does(hall, people):
    whole = own(hall, Kind.HOUSEHOLD_COPY, people[1], Choice.RELATIONSHIP)
    assert isinstance(whole.content, HouseholdCopy) and whole.content.whole
    assert "世帯全員の住民票" in words(issue(hall, whole)[0])
    some = hall.do(lambda t: document_orders.content_of(t, hall.office, Kind.HOUSEHOLD_COPY, people[:2], ()))
    assert isinstance(some, HouseholdCopy) and not some.whole


def test_content_of_one_with_the_request_of_another_is_never_released(hall, people):
    mine, other = own(hall, Kind.RESIDENT_COPY, people[0]), own(hall, Kind.RESIDENT_COPY, people[1])
    with pytest.raises(Broken):
        issue(hall, mine._replace(content=other.content))
    (row,) = records(hall)
    assert (row.pages, row.spoiled) == (0, ("Broken: document",))


def test_a_character_that_the_font_lacks_stops_the_print_with_its_picture_and_is_on_record(hall, people):
    order = own(hall, Kind.RESIDENT_COPY, people[0])
    name = "葛\U000e0100木　太郎"
    person = msgspec.structs.replace(order.content.persons[0], name=name)
    asked = msgspec.structs.replace(order.asked, subjects=(order.asked.subjects[0]._replace(name=name),))
    with pytest.raises(Unprintable) as caught:
        issue(hall, order._replace(asked=asked, content=msgspec.structs.replace(order.content, persons=(person,))))
    assert caught.value.pictures["葛\U000e0100"].startswith("<svg")
    assert records(hall)[0].spoiled == ("Unprintable: characters",)


def test_code_notices_on_the_print_list_are_made_once_one_for_each_person(hall, people):
    orders = hall.do(lambda t: document_orders.slip_orders(t, hall.office))
    assert [order.asked.subjects[0].code for order in orders] == [one.code for one in people]
    for one, paper in zip(people, issue(hall, *orders), strict=True):
        assert f"{one.code[:4]}-{one.code[4:8]}-{one.code[8:]}" in words(paper)
        assert paper.pages == 2 and not read(paper.pdf).pages[1].words, "the back says nothing"
    assert hall.do(lambda t: document_orders.slip_orders(t, hall.office)) == []


def test_an_address_gets_its_postal_code_where_only_one_can_be_meant(hall):
    assert document_orders.postal_code(hall.home) == "899-5432"
    assert document_orders.postal_code(msgspec.structs.replace(hall.home, town="なき町")) == ""


def test_a_code_of_nobody_and_a_kind_that_is_not_theirs_are_refused(hall, people):
    with pytest.raises(Conflict):
        own(hall, Kind.RESIDENT_COPY, msgspec.structs.replace(people[0], code="00000000000"))
    for kind in (Kind.REMOVED_COPY, Kind.SUPPLEMENT_COPY):
        with pytest.raises(InvalidInput):
            own(hall, kind, people[0])


def test_a_householder_is_named_and_nobody_where_there_is_none(hall, people):
    assert hall.do(lambda t: document_orders.householder_name(t, people[2])) == people[0].name
    hall.do(lambda t: t.execute("DELETE FROM person WHERE id = ?", (people[0].person,)))
    assert hall.do(lambda t: document_orders.householder_name(t, people[2])) == ""
    assert hall.do(lambda t: municipality.members(t, people[0].household))


def protect(hall, one, *abusers):
    """Somebody of the household asks for support."""
    wanted = Application((Protected(one.name, one.birth, one.sex),), frozenset({Output.COPIES}), tuple(Abuser(who.name) for who in abusers))
    hall.do(lambda t: restraints.accept(t, hall.office, "supervisor-1", wanted))


def test_what_shows_somebody_protected_is_examined_first_and_never_goes_to_the_abuser(hall, people):
    protect(hall, people[1], people[0])
    with pytest.raises(InvalidInput) as caught:
        own(hall, Kind.RESIDENT_COPY, people[1])
    assert "being examined" in caught.value.text("en")
    about = [About(people[1].person)]

    def release(transaction):
        asked = (WayOut.COPY, Asker.VICTIM, about, "R-1", "本人確認書類を二人で確認")
        number = restraint_guard.ask_release(transaction, hall.office, "clerk-1", *asked)
        restraint_guard.agree(transaction, hall.office, "supervisor-1", number)

    hall.do(release)
    assert bare(people[1].name) in words(issue(hall, own(hall, Kind.RESIDENT_COPY, people[1]))[0])
    told = []
    for kind, code in ((Kind.HOUSEHOLD_COPY, people[0].code), (Kind.RESIDENT_COPY, "00000000000")):
        with pytest.raises(Conflict) as refused:
            own(hall, kind, msgspec.structs.replace(people[0], code=code))
        told.append(refused.value.text("ja"))
    assert told[0] == told[1]
    assert bare(people[0].name) in words(issue(hall, own(hall, Kind.RESIDENT_COPY, people[0]))[0])


def test_what_an_organ_may_have_is_for_public_use_and_shows_the_items_found_proper(hall, people):
    party = Party("国税局 山田", body="熊本国税局")
    wanted = Wanted(WayOut.COPY, Ground.PUBLIC_BODY, party, Party(people[0].name, birth=people[0].birth), items=frozenset({Item.DOMICILE}))
    given = CopyGiven(7, wanted, (people[0],), 0, (), False)
    order = hall.do(lambda t: document_orders.given_order(t, hall.office, "clerk-1", given, "copy-7"))
    paper = issue(hall, order)[0]
    assert "公用" in words(paper) and "続柄省略" in words(paper) and "筆頭者省略" not in words(paper)
    assert paper.issue.asked.request == "copy-7"
