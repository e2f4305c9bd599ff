"""Another code (住民票コードの変更請求・職権記載): new at random, the old one leads to the person for ever, a stranger's one is cut off."""

import pytest

from openjuki.offices import municipality
from openjuki.procedures.code_change import CodeChangeRequest, CodeCorrection, change_code, correct_code
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.change import Previous
from openjuki.register.errors import Conflict, InvalidInput, NotReady
from openjuki.register.identity import Reason, Status
from tests.procedures.municipal_office import AIRA, KIRISHIMA, TownHall, arrival, arrive


def test_a_changed_code_comes_from_the_stock_and_is_told_with_the_old_one():
    hall = TownHall()
    (yoshiko,) = arrive(hall, arrival("住基　美子", "世帯主"))
    stock = {code for (code,) in hall.do(lambda t: t.all("SELECT code FROM code_stock"))}
    changed = hall.run(change_code, CodeChangeRequest(yoshiko.code, "2013-12-10"))
    assert changed.code in stock
    assert hall.do(lambda t: t.value("SELECT count(*) FROM code_stock WHERE code = ?", changed.code)) == 0
    told = hall.changes()[-1]
    assert (told.identity.code, told.reason, told.date) == (changed.code, Reason.CODE_CHANGE, "2013-12-10")
    assert told.previous == Previous(1, AIRA, 1, yoshiko.code)
    assert hall.slips() == ["code-new", "code-changed"]
    assert hall.differing() == []


def test_the_old_code_leads_to_the_person_and_is_never_written_again():
    hall = TownHall()
    (yoshiko,) = arrive(hall, arrival("住基　美子", "世帯主"))
    codes = [yoshiko.code]
    for _ in range(5):
        codes.append(hall.run(change_code, CodeChangeRequest(codes[-1], "2013-12-10")).code)
    assert len(set(codes)) == 6
    assert {hall.now(code).code for code in codes} == {codes[-1]}
    assert hall.do(lambda t: municipality.put_codes(t, codes)) == 200 - 6, "spent codes do not go back into the stock"
    with pytest.raises(Conflict, match="another person"):
        arrive(hall, arrival("辻　花子", "世帯主", code=codes[0], residence=2, known_as=_known(hall)))


def _known(hall: TownHall) -> str:
    (other,) = arrive(hall, arrival("辻　花子", "世帯主"))
    hall.run(move_out, MoveOutNotification((other.code,), "先", "2013-12-05", "2013-12-05"))
    return other.code


def test_only_residents_change_their_code_and_only_while_codes_are_free():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    with pytest.raises(InvalidInput):
        hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-11"))
    hall.do(lambda t: t.execute("DELETE FROM code_stock") and None)
    with pytest.raises(NotReady):
        hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-10"))
    hall.run(move_out, MoveOutNotification((taro.code,), "先", "2013-12-05", "2013-12-05"))
    with pytest.raises(InvalidInput, match="resident"):
        hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-10"))


def test_codes_are_drawn_from_all_over_the_stock_and_not_in_its_order():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    codes = [hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-10")).code for _ in range(10)]
    assert codes not in (sorted(codes), sorted(codes, reverse=True))
    assert {code < "5" for code in codes} == {True, False}


def test_a_person_who_had_a_code_before_gets_it_back_ex_officio_and_both_lead_to_one_human():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    corrected = hall.run(correct_code, CodeCorrection(taro.code, "2013-12-09", "24727059608"))
    assert corrected.code == "24727059608"
    told = hall.changes()[-1]
    assert (told.reason, told.previous.code, told.version) == (Reason.CODE_EX_OFFICIO, taro.code, 2)
    assert hall.slips()[-1] == "code-corrected"
    assert hall.now(taro.code).person == taro.person
    with pytest.raises(InvalidInput, match="right_code"):
        hall.run(correct_code, CodeCorrection(taro.code, "2013-12-09", "24727059608"))


def test_a_stranger_s_code_is_cut_off_so_that_the_stranger_may_come_with_it():
    hall = TownHall()
    ended = Previous(1, KIRISHIMA, 2, "24846016224")
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主", code="24727059608", residence=2))
    order = CodeCorrection(taro.code, "2013-12-09", "24846016224", another_holds_it=True, ended=ended)
    corrected = hall.run(correct_code, order)
    assert corrected.code == "24846016224"
    over, anew = hall.changes()[-2:]
    assert (over.identity.code, over.status, over.version) == ("24727059608", Status.ANNULLED, 2)
    assert (anew.identity.code, anew.status, anew.version, anew.previous) == ("24846016224", Status.RESIDENT, 3, ended)
    (stranger,) = arrive(hall, arrival("辻　花子", "世帯主", code="24727059608", residence=2))
    assert stranger.person != taro.person
    assert hall.differing() == []


def test_a_code_written_for_another_resident_is_no_right_code():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    (hanako,) = arrive(hall, arrival("辻　花子", "世帯主"))
    with pytest.raises(Conflict, match="another person"):
        hall.run(correct_code, CodeCorrection(taro.code, "2013-12-09", hanako.code))
    assert hall.now(taro.code).code == taro.code
    new = hall.run(correct_code, CodeCorrection(taro.code, "2013-12-09"))
    assert new.code not in (taro.code, hanako.code)
