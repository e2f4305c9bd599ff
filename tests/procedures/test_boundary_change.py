"""A territory comes to another municipality (境界変更): records go over, nobody moves."""

import msgspec
import pytest

from openjuki.offices.municipality_households import Relation
from openjuki.offices.told_change import check_change
from openjuki.procedures.boundary_change import BoundaryChange, HandedOver, hand_over, take_over
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.register.addresses import Address
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Reason, Status
from openjuki.register.renumbered_addresses import Renumbered
from tests.procedures.municipal_office import AIRA, ELSEWHERE, KIRISHIMA, TownHall, arrival, arrive, family

THERE = Address(KIRISHIMA, "隼人町宮島", "")
ORDER = BoundaryChange((Renumbered(Address(AIRA, "宮島町", ""), THERE),), "鹿児島県霧島市", "2013-12-01", "2013-12-01")


def test_all_residents_of_the_territory_go_over_with_code_household_and_days_and_the_hubs_know_whose_they_are():
    aira, kirishima = TownHall(), TownHall(KIRISHIMA)
    taro, yoshiko, hikari = family(aira)
    (hanako,) = arrive(aira, arrival("辻　花子", "世帯主"), address=ELSEWHERE)
    before = len(aira.changes())
    handed = aira.run(hand_over, ORDER)
    records = kirishima.run(take_over, msgspec.convert(msgspec.to_builtins(handed), HandedOver))
    assert [record.code for record in records] == [taro.code, yoshiko.code, hikari.code]
    assert {record.address for record in records} == {Address(KIRISHIMA, "隼人町宮島", "25番地")}
    assert {(record.became_resident_on, record.address_since) for record in records} == {("2013-11-01", "2013-11-01")}
    assert kirishima.members(taro.code) == ["住基　太郎", "住基　美子", "住基　光"]
    assert kirishima.head(taro.code) == records[0].person
    assert {aira.now(record.code).status for record in records} == {Status.REMOVED}
    assert aira.now(hanako.code).status is Status.RESIDENT
    ended, begun = aira.changes()[before:], kirishima.changes()
    assert {(change.reason, change.status, change.residence.n) for change in ended} == {(Reason.REMOVAL_EX_OFFICIO, Status.REMOVED, 1)}
    assert {(change.reason, change.status, change.residence.n) for change in begun} == {(Reason.ENTRY_EX_OFFICIO, Status.RESIDENT, 2)}
    for change in begun:
        check_change(change, kirishima.office.directory.entries[KIRISHIMA])
    assert [change.previous.version for change in begun] == [change.version for change in ended]
    assert (aira.differing(), kirishima.differing()) == ([], [])
    with pytest.raises(Conflict):
        kirishima.run(take_over, handed)
    assert len(kirishima.changes()) == 3


def test_a_household_is_not_parted_and_a_file_of_elsewhere_is_refused_whole():
    aira, chiyoda = TownHall(), TownHall("131016")
    taro, *_ = family(aira)
    part = (Renumbered(aira.home, Address(KIRISHIMA, "隼人町宮島", "1番")),)
    with pytest.raises(InvalidInput, match="table"):
        aira.run(hand_over, msgspec.structs.replace(ORDER, table=part * 2))
    move = ChangeOfAddressNotification((Relation(taro.code, "世帯主"),), ELSEWHERE, "2013-11-20", "2013-11-20")
    with pytest.raises(InvalidInput):
        aira.run(change_address, move)
    handed = aira.run(hand_over, ORDER)
    with pytest.raises(InvalidInput, match="another municipality"):
        chiyoda.run(take_over, handed)
    assert chiyoda.changes() == []
