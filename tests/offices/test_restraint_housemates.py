"""Who lives with a protected person and is not protected: no paper about them tells the address unchecked (同一世帯の者の抑止; j410)."""

from itertools import product

import msgspec
import pytest

from openjuki.documents.kinds import Kind
from openjuki.law.restraint import EndGround, end
from openjuki.law.ways_out import Asker, Output, WayOut, Word
from openjuki.nodes import document_orders
from openjuki.nodes.document_orders import OwnRequest
from openjuki.offices import restraint_guard, restraint_of_cards, restraints, supplement_copies
from openjuki.offices.copy_requests import Authority, Evidence, Item, Party, Profession, Wanted
from openjuki.offices.municipality_households import Relation
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.offices.supplement_copies import CopyRequest, Ground
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.code_reminder import CodeReminder, remind
from openjuki.procedures.copy_request import CopyVerdict, decide, examine, file
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.supplement_entries import KnownAddress, RegisteredPerson, SupplementMade, make
from openjuki.register.addresses import Address
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Sex
from tests.law.restraint_oracle import CELLS
from tests.procedures.municipal_office import ELSEWHERE, HOME, KIRISHIMA, arrival, arrive
from tests.procedures.timed_office import timed_hall

HERS = Address("462250", "宮島町", "26番地")
HER, MATE = Party("保護　花子", HERS.text(), "1983-04-17"), Party("同居　二郎", HERS.text(), "1985-02-03")
OTHER, NOBODY = Party("隣人　三郎", birth="1975-01-01"), Party("無人　零子", HERS.text(), "1985-02-03")
ABUSER = Party("加害　一郎", "鹿児島県鹿児島市荒田一丁目1番1号", "1980-01-01")
AGENT, LENDER = Party("代理　五郎"), Party("貸主　三郎", "東京都")
WORDS = {"allowed": Word.ALLOWED, "examine": Word.EXAMINE, "refused": Word.REFUSED}
NAMED = (Abuser(ABUSER.name, ABUSER.birth),)
EVERYTHING, ON_PAPER = frozenset(Output), (WayOut.COPY, WayOut.CERTIFICATE_OF_ITEMS)
BY_AGENT = ("card", "victim-agent")
"""The one cell in which somebody unprotected may send another: examined, where a protected person's is refused."""


@pytest.fixture
def hall():
    return timed_hall()


def household(hall, *more, address=HERS):
    """She heads it; her brother, who asked for nothing, lives with her."""
    her, mate, *others = arrive(
        hall, arrival(HER.name, "世帯主", HER.birth, sex=Sex.FEMALE, nobody_known=True),
        arrival(MATE.name, "弟", MATE.birth, nobody_known=True), *more, address=address,
    )  # fmt: skip
    return her, mate, *others


def protect(hall, *who, outputs=EVERYTHING, abusers=NAMED):
    application = Application(tuple(Protected(one.name, one.birth) for one in who or (HER,)), outputs, abusers)
    return hall.do(lambda t: restraints.accept(t, hall.office, "clerk-1", application))


def word(hall, record, way=WayOut.COPY, asker=Asker.THIRD_PARTY, case=""):
    return hall.do(lambda t: restraint_guard.passes(t, hall.office, way, asker, record.person, case))


def released(hall, way, asker, about, case):
    ask = restraint_guard.ask_release
    number = hall.do(lambda t: ask(t, hall.office, "clerk-1", way, asker, about, case, "本人が来庁、写真で確認"))
    hall.do(lambda t: restraint_guard.agree(t, hall.office, "supervisor-1", number))


def test_the_guard_says_of_a_housemate_what_it_says_of_her_on_every_way_to_every_asker(hall):
    her, mate = household(hall)
    (lone,) = arrive(hall, arrival(OTHER.name, "世帯主", OTHER.birth))
    held = protect(hall)
    for way, asker in product(WayOut, Asker):
        cell = way.value, asker.value
        assert word(hall, her, way, asker) is WORDS[CELLS[cell]], cell
        assert word(hall, mate, way, asker) is (Word.EXAMINE if cell == BY_AGENT else WORDS[CELLS[cell]]), cell
        assert word(hall, lone, way, asker) is Word.ALLOWED, cell
    hall.do(lambda t: restraints.decide(t, hall.office, "s", held.number, lambda one: end(one, hall.today, EndGround.WITHDRAWN), "ended"))
    assert {word(hall, mate, way, asker) for way, asker in product(WayOut, Asker)} == {Word.ALLOWED}


def test_support_for_one_output_reaches_the_housemates_papers_of_that_output_and_the_abuser_everywhere(hall):
    _, mate = household(hall)
    protect(hall, outputs=frozenset({Output.SUPPLEMENT}))
    assert word(hall, mate) is Word.ALLOWED
    assert word(hall, mate, WayOut.ADDRESS_SUPPLEMENT) is Word.EXAMINE
    assert word(hall, mate, asker=Asker.ABUSER) is Word.REFUSED


def test_who_was_named_with_her_is_protected_and_not_only_reached(hall):
    _, mate, third = household(hall, arrival("同居　四郎", "弟", "1990-02-03"))
    protect(hall, HER, MATE)
    judged = [hall.do(lambda t, one=one: restraint_guard.judged(t, hall.office, WayOut.COPY, Asker.VICTIM, [About(one.person)]))
              for one in (mate, third)]  # fmt: skip
    assert [one.word for one in judged] == [Word.EXAMINE, Word.EXAMINE]
    assert word(hall, mate, WayOut.CARD, Asker.VICTIM_AGENT) is Word.REFUSED
    assert word(hall, third, WayOut.CARD, Asker.VICTIM_AGENT) is Word.EXAMINE
    assert judged[1].of_housemate


# -- each way out that the office has ------------------------------------------------------------------------------------

OWN = Wanted(WayOut.COPY, Ground.OWN, MATE, MATE, Evidence.CARD, purpose="確認")
BY = {
    Asker.VICTIM: {},
    Asker.VICTIM_AGENT: {"presenter": AGENT, "authority": Authority.PROXY},
    Asker.FAMILY: {"requester": HER},
    Asker.ABUSER: {"requester": ABUSER, "ground": Ground.OWN_RIGHTS},
    Asker.ABUSER_AGENT: {
        "requester": LENDER, "ground": Ground.PROFESSIONAL, "evidence": Evidence.PROFESSIONAL_CARD, "profession": Profession.LAWYER,
        "client": ABUSER.name,
    },
    Asker.THIRD_PARTY: {"requester": LENDER, "ground": Ground.OWN_RIGHTS},
    Asker.PUBLIC_BODY: {"requester": Party("税務　官", body="鹿児島税務署"), "ground": Ground.PUBLIC_BODY, "evidence": Evidence.STAFF_CARD},
}  # fmt: skip


def asked(hall, way, asker, subject):
    """A request at the window; its examination and what is said, with how long that takes."""
    wanted = msgspec.structs.replace(OWN, paper=way, subject=subject, **({"requester": subject} | BY[asker]))
    number = hall.run(file, wanted).number
    examined = hall.do(lambda t: examine(t, hall.office, number))
    began_ms = hall.clock.now_ms
    with pytest.raises(Conflict) as refused:
        hall.run(decide, CopyVerdict(number, True, "法12条"))
    return examined, (refused.value.text("ja"), refused.value.text("en"), (hall.clock.now_ms - began_ms) // 1_000)


@pytest.mark.parametrize(("way", "asker"), list(product(ON_PAPER, BY)))
def test_what_is_asked_for_about_a_housemate_is_said_as_of_nobody_and_the_desk_is_told_to_check(hall, way, asker):
    household(hall)
    protect(hall)
    (examined, said), (nobody, as_nobody) = (asked(hall, way, asker, who) for who in (MATE, NOBODY))
    assert said == as_nobody
    assert examined.asker is asker and nobody.persons == ()
    assert examined.judgement.word is WORDS[CELLS[way.value, asker.value]] and examined.judgement.of_housemate


def test_two_persons_release_a_housemates_own_copy_for_that_request_alone(hall):
    _, mate = household(hall)
    protect(hall)
    numbers = [hall.run(file, OWN).number for _ in range(2)]
    seen = [hall.do(lambda t, n=number: examine(t, hall.office, n)) for number in numbers]
    released(hall, WayOut.COPY, Asker.VICTIM, seen[0].about, seen[0].filed.case)
    assert [one.name for one in hall.run(decide, CopyVerdict(numbers[0], True, "法12条")).records] == [mate.name]
    with pytest.raises(Conflict):
        hall.run(decide, CopyVerdict(numbers[1], True, "法12条"))


@pytest.mark.parametrize("kind", [Kind.RESIDENT_COPY, Kind.HOUSEHOLD_COPY, Kind.ITEMS_CERTIFICATE, Kind.CODE_NOTICE])
def test_a_paper_that_a_housemate_asks_for_at_the_window_waits_for_the_check(hall, kind):
    _, mate = household(hall)
    (lone,) = arrive(hall, arrival(OTHER.name, "世帯主", OTHER.birth))

    def order(record):
        return hall.do(lambda t: document_orders.own_order(t, hall.office, "clerk-1", OwnRequest(kind, record.code, "受付1")))

    assert order(mate)
    protect(hall)
    with pytest.raises(InvalidInput, match="being examined"):
        order(mate)
    assert order(lone)


@pytest.mark.parametrize("agent", [None, AGENT])
def test_a_housemate_who_asks_for_the_code_again_hears_what_nobody_hears(hall, agent):
    household(hall)
    protect(hall)
    heard = []
    for who in (MATE, NOBODY):
        reminder = CodeReminder(who, "2013-12-10", Evidence.CARD, agent, Authority.PROXY if agent else Authority.NONE)
        began_ms = hall.clock.now_ms
        with pytest.raises(Conflict) as refused:
            hall.run(remind, reminder)
        heard.append((refused.value.text("ja"), (hall.clock.now_ms - began_ms) // 1_000))
    assert heard[0] == heard[1]


def slips(hall):
    orders = hall.do(lambda t: document_orders.slip_orders(t, hall.office))
    return [order.asked.subjects[0].name for order in orders], hall.do(lambda t: document_orders.slips_kept_back(t, hall.office))


def test_notices_in_batch_leave_out_hers_and_her_housemates_until_each_is_released(hall):
    household(hall)
    arrive(hall, arrival(OTHER.name, "世帯主", OTHER.birth))
    assert slips(hall) == ([HER.name, MATE.name, OTHER.name], [])
    protect(hall)
    going, kept = slips(hall)
    assert going == [OTHER.name] and [slip.case for slip in kept] == ["slip-1", "slip-2"]
    released(hall, WayOut.CODE_NOTICE, Asker.VICTIM, [About(kept[1].person)], kept[1].case)
    assert slips(hall) == ([MATE.name, OTHER.name], kept[:1])
    one_at_most = hall.do(lambda t: document_orders.slip_orders(t, hall.office, 1))
    assert [order.asked.subjects[0].name for order in one_at_most] == [MATE.name]
    hall.clock.now_ms += 31 * 60_000
    assert slips(hall)[0] == [OTHER.name], "what was not made in time is kept back again"


def test_a_changed_code_of_a_housemate_waits_too(hall):
    _, mate = household(hall)
    protect(hall)
    hall.run(change_code, CodeChangeRequest(mate.code, "2013-12-10"))
    assert [slip.word for slip in slips(hall)[1] if slip.person == mate.person] == ["code-new", "code-changed"]


def test_lists_and_screens_of_others_have_neither_her_nor_who_lives_with_her(hall):
    persons = [one.person for one in (*household(hall), *arrive(hall, arrival(OTHER.name, "世帯主", OTHER.birth)))]
    protect(hall)

    def shown(way, asker):
        return hall.do(lambda t: restraint_guard.shown(t, hall.office, way, asker, persons))

    ways = (WayOut.REGISTER_SCREEN, WayOut.OTHER_SECTION_SCREEN, WayOut.HIT_COUNT, WayOut.REGISTER_EXPORT)
    assert {tuple(shown(way, Asker.OTHER_SECTION)) for way in ways} == {(persons[2],)}
    assert shown(WayOut.REGISTER_SCREEN, Asker.REGISTER_CLERK) == persons


def test_a_housemates_card_goes_to_them_or_their_agent_after_the_check_and_never_to_the_abuser(hall):
    _, mate = household(hall)
    protect(hall)

    def handed_to(taker=""):
        return hall.do(lambda t: restraint_of_cards.check(t, hall.office, mate.person, 7, taker))

    for taker in ("", AGENT.name):
        with pytest.raises(InvalidInput, match="being examined"):
            handed_to(taker)
    with pytest.raises(Conflict):
        handed_to(ABUSER.name)
    case, about = restraint_of_cards.case_of(7), [About(mate.person)]
    released(hall, WayOut.CARD, Asker.VICTIM_AGENT, about, case)
    handed_to(AGENT.name)
    with pytest.raises(InvalidInput):
        handed_to()
    released(hall, WayOut.CARD, Asker.VICTIM, about, case)
    handed_to()
    with pytest.raises(Conflict):
        handed_to(ABUSER.name)


# -- whom it reaches, and whom not ---------------------------------------------------------------------------------------


def test_where_the_abuser_named_lives_in_the_household_the_address_is_no_secret(hall):
    her, mate, his = household(hall, arrival(ABUSER.name, "夫", ABUSER.birth))
    protect(hall)
    assert [word(hall, one, asker=asker) for one, asker in product((mate, his), (Asker.THIRD_PARTY, Asker.VICTIM))] == [Word.ALLOWED] * 4
    assert word(hall, her) is Word.EXAMINE and word(hall, her, asker=Asker.ABUSER) is Word.REFUSED
    number = hall.run(file, msgspec.structs.replace(OWN, requester=ABUSER, subject=Party(ABUSER.name, HERS.text(), ABUSER.birth))).number
    assert [one.name for one in hall.run(decide, CopyVerdict(number, True, "法12条")).records] == [ABUSER.name]


def test_another_abuser_who_lives_elsewhere_still_hears_nothing(hall):
    _, mate, his = household(hall, arrival(ABUSER.name, "夫", ABUSER.birth))
    protect(hall, abusers=(Abuser(ABUSER.name, ABUSER.birth), Abuser("加害　二郎", "1950-01-01")))
    assert word(hall, mate) is Word.EXAMINE
    assert word(hall, his, asker=Asker.VICTIM) is Word.ALLOWED, "an abuser's own record is no secret from them"


def test_who_moves_out_of_her_home_is_free_and_who_stays_after_her_is(hall):
    her, mate, third = household(hall, arrival("同居　四郎", "弟", "1990-02-03"))
    protect(hall)
    hall.run(change_address, ChangeOfAddressNotification((Relation(mate.code, "世帯主"),), ELSEWHERE, "2013-12-09", "2013-12-09"))
    assert [word(hall, one) for one in (mate, third)] == [Word.ALLOWED, Word.EXAMINE]
    away = MoveOutNotification((her.code,), "東京都千代田区九段南", "2013-12-09", "2013-12-09")
    hall.run(move_out, away)
    assert word(hall, third) is Word.ALLOWED, "she does not live there any more"
    assert word(hall, her, WayOut.REMOVED_RECORD_COPY) is Word.EXAMINE


def test_a_removed_record_that_says_where_she_lives_or_went_is_kept_back(hall):
    her, mate, third = household(hall, arrival("同居　四郎", "弟", "1990-02-03"))
    protect(hall)
    hall.run(move_out, MoveOutNotification((third.code,), "福岡県福岡市", "2013-12-09", "2013-12-09"))
    assert word(hall, third, WayOut.REMOVED_RECORD_COPY) is Word.EXAMINE, "his last address here is hers"
    hall.run(move_out, MoveOutNotification((her.code, mate.code), "東京都千代田区九段南", "2013-12-09", "2013-12-09"))
    assert word(hall, mate, WayOut.REMOVED_RECORD_COPY) is Word.EXAMINE, "it says where the two went"
    assert word(hall, third, WayOut.REMOVED_RECORD_COPY) is Word.ALLOWED


def test_the_household_of_another_human_with_her_name_and_birth_date_is_free(hall):
    her, _ = household(hall)
    other, mate = household(hall, address=ELSEWHERE)
    held = protect(hall)
    assert word(hall, mate) is Word.EXAMINE
    hall.do(lambda t: restraints.set_apart(t, hall.office, "supervisor-1", held.number, other.person))
    assert word(hall, mate) is Word.ALLOWED and word(hall, her) is Word.EXAMINE


def test_the_abuser_who_asks_about_a_housemate_by_whatever_paper_is_the_abuser(hall):
    _, mate = household(hall)
    protect(hall)

    def named(*who):
        return hall.do(lambda t: restraint_guard.named_as_abuser(t, About(mate.person), *who))

    assert named(ABUSER.name, ABUSER.birth) and named("加害 一郎")
    assert not named(ABUSER.name, "1981-01-01") and not named(LENDER.name)


# -- address supplements --------------------------------------------------------------------------------------------------

DOMICILE = "鹿児島県霧島市国分中央三丁目45番地1"
THERE, BEFORE = HOME[KIRISHIMA], Address(KIRISHIMA, "隼人町", "1番地")


def registered(name, birth, *addresses):
    return RegisteredPerson(name, birth, tuple(KnownAddress(f"200{year}-01-01", address) for year, address in enumerate(addresses)))


def supplement_word(hall, member, asker=Asker.FAMILY, number=1):
    about = [About(supplement=number, member=member)]
    return hall.do(lambda t: restraint_guard.judged(t, hall.office, WayOut.ADDRESS_SUPPLEMENT, asker, about)).word


def test_lines_of_a_supplement_that_name_where_she_lives_are_kept_back_whoever_they_are_of():
    town = timed_hall(KIRISHIMA)
    persons = (
        registered(HER.name, HER.birth, BEFORE, THERE), registered(MATE.name, MATE.birth, THERE),
        registered("別居　一", "1950-01-01", BEFORE), registered("転居　二", "1951-01-01", THERE, BEFORE),
        registered(ABUSER.name, ABUSER.birth, THERE), registered("不明　三", "1952-01-01"),
    )  # fmt: skip
    town.run(make, SupplementMade(DOMICILE, HER.name, "2001-05-10", persons))
    assert {supplement_word(town, member) for member in range(1, 7)} == {Word.ALLOWED}
    protect(town)
    found = [supplement_word(town, member) for member in range(1, 7)]
    assert found == [Word.EXAMINE, Word.EXAMINE, Word.ALLOWED, Word.EXAMINE, Word.ALLOWED, Word.ALLOWED]
    assert supplement_word(town, 2, Asker.ABUSER) is Word.REFUSED
    with pytest.raises(InvalidInput):
        request = CopyRequest(1, Ground.OWN, Asker.FAMILY, "受付1", (2,), identity_checked=True)
        town.do(lambda t: supplement_copies.copy(t, town.office, "clerk-1", request))


def test_the_father_named_as_abuser_who_asks_for_the_childs_lines_is_refused_as_such():
    town = timed_hall(KIRISHIMA)
    persons = (registered(HER.name, HER.birth, THERE), registered(MATE.name, MATE.birth, THERE))
    town.run(make, SupplementMade(DOMICILE, HER.name, "2001-05-10", persons))
    protect(town)
    wanted = Wanted(WayOut.ADDRESS_SUPPLEMENT, Ground.OWN, ABUSER, Party(HER.name, DOMICILE), Evidence.CARD, members=(2,))
    number = town.run(file, wanted).number
    examined = town.do(lambda t: examine(t, town.office, number))
    assert (examined.asker, examined.judgement.word) == (Asker.ABUSER, Word.REFUSED)


def test_a_supplement_of_somebody_who_lives_with_her_here_is_kept_back_though_she_is_in_another(hall):
    household(hall)
    hall.run(make, SupplementMade("鹿児島県姶良市宮島町25番地", MATE.name, "2001-05-10", (registered(MATE.name, MATE.birth, HERS),)))
    assert supplement_word(hall, 1) is Word.ALLOWED
    protect(hall)
    assert supplement_word(hall, 1) is Word.EXAMINE


def test_a_copy_that_names_the_householder_is_no_way_around(hall):
    household(hall)
    protect(hall)
    number = hall.run(file, msgspec.structs.replace(OWN, items=frozenset({Item.RELATIONSHIP}))).number
    examined = hall.do(lambda t: examine(t, hall.office, number))
    assert examined.judgement.word is Word.EXAMINE
    released(hall, WayOut.COPY, Asker.VICTIM, examined.about[:1], examined.filed.case)
    with pytest.raises(Conflict):
        hall.run(decide, CopyVerdict(number, True, "法12条"))
