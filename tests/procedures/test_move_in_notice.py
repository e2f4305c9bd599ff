"""転入通知 and 転出確定通知 (Act art. 9(1), 令13): whoever moves in is told to the office before, and that one tells its prefecture."""

import datetime

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import transfer_notices
from openjuki.offices.outbox import Told
from openjuki.offices.store import Store, Transaction
from openjuki.procedures.move_in import MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_in_notice import MoveInNotice, TransferConfirmed, prefecture_hears
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.addresses import Address
from openjuki.register.errors import Conflict, InvalidInput, Refused
from openjuki.register.identity import Status
from openjuki.register.moved_in import MovedIn
from openjuki.wire.seal import Carried
from openjuki.wire.speech import decoder, encode
from tests.procedures.municipal_office import AIRA, CHIYODA, HOME, KIRISHIMA, TownHall, family
from tests.procedures.municipal_post import Post

THERE = "鹿児島県霧島市国分中央3丁目45-1"


def moved(*, destination: str = "霧島市"):
    """太郎's family moves from Aira to Kirishima with a certificate on paper."""
    aira, kirishima = TownHall(AIRA), TownHall(KIRISHIMA)
    codes = [record.code for record in family(aira)]
    certificate = aira.run(move_out, MoveOutNotification(tuple(codes), destination, "2013-12-05", "2013-12-02"))
    words = dict(zip(codes, ("世帯主", "妻", "子"), strict=True))
    arrivals = arrivals_of(certificate, words)
    kirishima.run(move_in, MoveInNotification(arrivals, kirishima.home, "2013-12-06", "2013-12-09", certificate.old_address.text()))
    return aira, kirishima, Post(aira, kirishima), codes


def told(hall: TownHall, code: str, ended: int = 1):
    return hall.do(lambda t: transfer_notices.arrived(t, t.value("SELECT person FROM code_used WHERE code = ?", code), ended))


def confirmations(hall: TownHall) -> list[TransferConfirmed]:
    rows = hall.do(lambda t: t.all("SELECT body FROM outbox WHERE type = 'TransferConfirmed' AND receiver = '460001' ORDER BY sequence"))
    return [decoder(TransferConfirmed).decode(body) for (body,) in rows]


def arrives(hall: TownHall, sender: str, moved_in: MovedIn) -> None:
    body = encode(MoveInNotice(moved_in))
    Post(hall).hand_over(sender, hall.office.code, MoveInNotice, body)


def test_a_move_with_a_certificate_on_paper_is_told_to_the_old_office_over_the_line():
    aira, _, post, codes = moved()
    messages = post.deliver()
    assert [(m.moved.code, m.moved.ended, m.moved.n, m.moved.since) for m in messages] == [(code, 1, 2, "2013-12-06") for code in codes]
    (one,) = told(aira, codes[0])
    assert (one.office, one.received_on, one.moved.address, one.confirmed) == (KIRISHIMA, "2013-12-10", HOME[KIRISHIMA], True)
    assert aira.work_items() == []


def test_the_removed_record_is_corrected_to_say_where_they_live():
    aira, _, post, codes = moved(destination="東京都世田谷区")
    post.deliver()
    record = aira.now(codes[0])
    assert (record.status, record.moved_to, record.removed_on) == (Status.REMOVED, THERE, "2013-12-05")
    assert aira.differing() == []
    assert [change.version for change in aira.changes()][-1] == 2, "prefecture and centre are told nothing of that"


def test_the_prefecture_hears_that_the_notice_came_and_nothing_else():
    aira, _, post, codes = moved()
    post.deliver()
    assert confirmations(aira) == [TransferConfirmed(code, 1, "2013-12-10") for code in codes]


def test_the_same_notices_again_change_nothing():
    aira, _, post, codes = moved()
    post.deliver()
    events = len(aira.events(codes[0]))
    aira.today += datetime.timedelta(days=3)
    post.again()
    assert len(aira.events(codes[0])) == events
    assert len(confirmations(aira)) == 3
    assert told(aira, codes[0])[0].received_on == "2013-12-10"


def test_who_has_not_moved_out_stays_a_resident_and_a_clerk_looks():
    aira = TownHall(AIRA)
    taro, *_ = family(aira)
    arrives(aira, KIRISHIMA, MovedIn(taro.code, 1, 2, HOME[KIRISHIMA], "2013-12-06"))
    assert aira.now(taro.code).status is Status.RESIDENT
    assert aira.work_items() == ["move-in-notice"]
    assert confirmations(aira) == []
    assert not told(aira, taro.code)[0].confirmed


def test_a_notice_that_came_before_the_removal_is_taken_up_with_it_and_once():
    aira = TownHall(AIRA)
    taro, yoshiko, hikari = family(aira)
    notice = MovedIn(taro.code, 1, 2, HOME[KIRISHIMA], "2013-12-06")
    arrives(aira, KIRISHIMA, notice)
    aira.run(move_out, MoveOutNotification((taro.code, yoshiko.code, hikari.code), "霧島市", "2013-12-05", "2013-12-09"))
    assert (told(aira, taro.code)[0].confirmed, aira.now(taro.code).moved_to) == (True, THERE)
    arrives(aira, KIRISHIMA, notice)
    assert told(aira, taro.code)[0].confirmed
    assert confirmations(aira) == [TransferConfirmed(taro.code, 1, "2013-12-10")]


def test_two_offices_that_claim_the_same_person_are_both_kept_and_a_clerk_looks():
    aira, _, post, codes = moved()
    post.deliver()
    arrives(aira, CHIYODA, MovedIn(codes[0], 1, 2, HOME[CHIYODA], "2013-12-07"))
    assert [one.office for one in told(aira, codes[0])] == [CHIYODA, KIRISHIMA]
    assert aira.work_items() == ["move-in-notice"]


def test_who_has_come_back_since_keeps_the_present_record():
    aira, _, post, codes = moved()
    certificate = post.halls[KIRISHIMA].run(move_out, MoveOutNotification((codes[2],), "姶良市", "2013-12-09", "2013-12-09"))
    arrivals = arrivals_of(certificate, {codes[2]: "世帯主"})
    aira.run(move_in, MoveInNotification(arrivals, HOME[AIRA], "2013-12-09", "2013-12-10", certificate.old_address.text()))
    post.deliver()
    assert (aira.now(codes[2]).status, aira.now(codes[2]).residence) == (Status.RESIDENT, 3)
    assert told(aira, codes[2])[0].confirmed
    assert told(post.halls[KIRISHIMA], codes[2], 2)[0].office == AIRA


@pytest.mark.parametrize(
    ("notice", "error"),
    [
        (MovedIn("24727059608", 1, 2, HOME[KIRISHIMA], "2013-12-06"), Conflict),
        (MovedIn("24727059608", 2, 2, HOME[KIRISHIMA], "2013-12-06"), InvalidInput),
        (MovedIn("24727059608", 1, 2, HOME[CHIYODA], "2013-12-06"), Refused),
        (MovedIn("24727059608", 1, 2, Address(KIRISHIMA, "", ""), "2013-12-06"), InvalidInput),
        (MovedIn("24727059608", 1, 2, HOME[KIRISHIMA], "2013-12-00"), InvalidInput),
        (MovedIn("24727059600", 1, 2, HOME[KIRISHIMA], "2013-12-06"), InvalidInput),
    ],
)
def test_a_notice_that_cannot_be_is_refused(notice, error):
    with pytest.raises(error):
        arrives(TownHall(AIRA), KIRISHIMA, notice)


def test_an_office_without_a_line_is_told_on_paper():
    aira, kirishima = TownHall(AIRA), TownHall(KIRISHIMA)
    (taro, yoshiko, hikari) = family(aira)
    certificate = aira.run(move_out, MoveOutNotification((taro.code, yoshiko.code, hikari.code), "霧島市", "2013-12-05", "2013-12-02"))
    del kirishima.office.directory.entries[AIRA]
    arrivals = arrivals_of(certificate, {taro.code: "世帯主"})
    kirishima.run(move_in, MoveInNotification(arrivals, kirishima.home, "2013-12-06", "2013-12-09", "鹿児島県姶良市宮島町25番地"))
    assert kirishima.work_items() == ["move-in-notice-by-paper"]


def test_the_clerk_lists_who_left_and_never_arrived():
    aira, _, post, _ = moved()
    assert aira.do(lambda t: transfer_notices.missing(t, aira.today)) == []
    aira.today = datetime.date(2014, 1, 5)
    names = [one.name for one in aira.do(lambda t: transfer_notices.missing(t, aira.today))]
    assert names == ["住基　太郎", "住基　美子", "住基　光"]
    post.deliver()
    assert aira.do(lambda t: transfer_notices.missing(t, aira.today)) == []


def test_who_went_abroad_is_expected_nowhere():
    aira = TownHall(AIRA)
    taro, yoshiko, hikari = family(aira)
    notification = MoveOutNotification((taro.code, yoshiko.code, hikari.code), "アメリカ合衆国", "2013-12-05", "2013-12-02", abroad=True)
    aira.run(move_out, notification)
    assert aira.do(lambda t: transfer_notices.missing(t, datetime.date(2014, 2, 1))) == []


def test_the_prefecture_keeps_the_first_day_of_each_residence():
    hub = Transaction(Store(":memory:", TABLES[OfficeKind.PREFECTURE].scripts, synchronous="OFF").connection)
    aira = TownHall(AIRA)
    origin = aira.office.directory.entry(AIRA)
    code = "24727059608"
    for n, day in ((1, "2013-12-10"), (1, "2013-12-12"), (3, "2015-01-01")):
        message = TransferConfirmed(code, n, day)
        prefecture_hears(hub, aira.office, *Told(origin, message, Carried(encode(message), None)))
    assert [transfer_notices.confirmed_on(hub, [code], n, AIRA) for n in (1, 2, 3)] == ["2013-12-10", "", "2015-01-01"]
    with pytest.raises(InvalidInput):
        prefecture_hears(hub, aira.office, *Told(origin, TransferConfirmed("1", 1, "2013-12-10"), Carried(b"", None)))
