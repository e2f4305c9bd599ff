"""A person lost by a restored office before it told anybody: both offices hear of it, the clerk's word takes up what waited (確認)."""

import shutil
from pathlib import Path

import pytest

from openjuki.nodes.marks import mark_of
from openjuki.nodes.tables import TABLES
from openjuki.offices import municipality
from openjuki.offices.marked_store import MarkedStore
from openjuki.procedures import annulment, code_allotment, confirmation, correction, move_in, move_out
from openjuki.register.addresses import Address
from openjuki.register.errors import Conflict
from openjuki.register.events import EventKind, Items, decode_event
from openjuki.register.identity import Reason, Sex
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.quiet import QuietCountry

AIRA, KAGOSHIMA, CHIYODA, HUB, HUB_OF_CHIYODA, DAY = "462250", "462012", "131016", "460001", "130001", "2013-12-02"
HOMES = {
    AIRA: Address(AIRA, "宮島町", "25番地"),
    KAGOSHIMA: Address(KAGOSHIMA, "山下町", "11番1号"),
    CHIYODA: Address(CHIYODA, "九段南", "1-2-1"),
}
pytestmark = pytest.mark.slow
NEWCOMER = move_in.Arrival("住基　花子", "1980-04-03", Sex.FEMALE, "世帯主", kana="ジュウキ　ハナコ")


class Losing(QuietCountry):
    """Somebody moves to Aira and on to `there`; Aira's disk is lost before its prefecture heard of it, an older one comes back."""

    def __init__(self, home: Path, there: str) -> None:
        self.home, self.there, self.heard = home, there, list[tuple[str, str]]()
        offices = [office for office in declare((AIRA, KAGOSHIMA, CHIYODA)).offices if office.kind in TABLES]
        super().__init__(offices, listen=lambda office, tag, what: self.heard.append((office, tag)))
        for office in offices:
            self.start(office.code)
        for town in (AIRA, there):
            self.call(code_allotment.request, self.nodes[town].office, 20)
        self.lose()

    def start(self, code: str) -> None:
        folder = self.home / "offices" / code
        folder.mkdir(parents=True, exist_ok=True)
        scripts = TABLES[self.offices[code].kind].scripts
        self.open(code, MarkedStore(str(folder / "register.db"), scripts, mark_of(folder), synchronous="OFF"))

    def lose(self) -> None:
        disk, backup = self.home / "offices" / AIRA / "register.db", self.home / "backup.db"
        self.close(AIRA)
        shutil.copy(disk, backup)
        self.start(AIRA)
        self.close(HUB)
        moved = move_in.MoveInNotification((NEWCOMER,), HOMES[AIRA], DAY, DAY, "国外")
        self.code = self.call(move_in.move_in, self.nodes[AIRA].office, "clerk", moved)[0].code
        out = move_out.MoveOutNotification((self.code,), "先", DAY, DAY)
        certificate = self.call(move_out.move_out, self.nodes[AIRA].office, "clerk", out)
        self.close(AIRA)
        shutil.copy(backup, disk)
        self.close(self.there)
        shutil.copy(self.home / "offices" / self.there / "register.db", self.home / "there.db")
        self.start(self.there)
        arrivals = tuple(move_in.arrivals_of(certificate, {self.code: "世帯主"}))
        again = move_in.MoveInNotification(arrivals, HOMES[self.there], DAY, DAY, "鹿児島県姶良市")
        self.call(move_in.move_in, self.nodes[self.there].office, "clerk", again)
        self.start(HUB)
        self.start(AIRA)
        self.settle(30.0)

    def copy_put_back(self, code: str, copy: str) -> None:
        """An office comes back on a copy of its disk."""
        self.close(code)
        shutil.copy(self.home / copy, self.home / "offices" / code / "register.db")
        self.start(code)
        self.settle(30.0)

    def settle(self, seconds: float) -> None:
        self.agenda.run(lambda: False, seconds)

    def parked(self) -> int:
        return self.look(CENTRE, "SELECT count(*) FROM parked")[0][0]

    def items(self, town: str) -> list[str]:
        sql = "SELECT what FROM work_item WHERE kind = 'record-error' AND code = ?"
        return [what for (what,) in self.look(town, sql, self.code)]

    def confirm(self, town: str) -> None:
        order = confirmation.ConfirmationOrder(self.code, DAY)
        self.call(confirmation.confirm, self.nodes[town].office, "clerk", order)
        self.settle(10.0)


@pytest.fixture(params=[KAGOSHIMA, CHIYODA])
def country(tmp_path, request):
    return Losing(tmp_path, request.param)


def test_it_waits_and_after_a_minute_both_offices_hear_of_it_once(country):
    assert country.parked() == 1
    assert (country.items(AIRA), country.items(country.there)) == ([], [])
    country.settle(300.0)
    assert country.parked() == 1
    for town in (AIRA, country.there):
        assert country.items(town) == ["previous: the office before does not hold the record that this one follows"]
    assert country.look(CENTRE, "SELECT count(*) FROM outbox WHERE type = 'LostBefore'") == [(2,)]
    assert (CENTRE, "change:person:waiting") in country.heard


def test_the_clerks_word_takes_up_what_waited_and_every_hub_holds_the_person(country):
    country.settle(120.0)
    country.confirm(country.there)
    assert country.parked() == 0
    hub = HUB if country.there == KAGOSHIMA else HUB_OF_CHIYODA
    for held in (CENTRE, hub):
        assert country.look(held, "SELECT office, n, version FROM person WHERE code = ?", country.code) == [(country.there, 2, 2)]
    event = decode_event(country.look(country.there, "SELECT body FROM event ORDER BY sequence DESC LIMIT 1")[0][0])
    assert (event.kind, event.reason, event.ex_officio) == (EventKind.CORRECTION, Reason.CORRECTION_EX_OFFICIO, True)
    assert country.call(country.nodes[country.there].office.write, municipality.rebuild) == []


def test_what_the_office_tells_after_that_is_applied(country):
    country.settle(120.0)
    country.confirm(country.there)
    order = correction.CorrectionOrder(country.code, Items(kana="ジュウキ　ハル"), DAY)
    country.call(correction.correct, country.nodes[country.there].office, "clerk", order)
    country.settle(10.0)
    assert country.parked() == 0
    assert country.look(CENTRE, "SELECT version FROM person WHERE code = ?", country.code) == [(3,)]


def test_an_entry_that_was_annulled_is_not_confirmed(country):
    office = country.nodes[country.there].office
    last = country.look(country.there, "SELECT max(sequence) FROM event")[0][0]
    order = annulment.AnnulmentOrder((annulment.Annulled(country.code, last),), DAY)
    country.call(annulment.annul, office, "clerk", order)
    with pytest.raises(Conflict):
        country.call(confirmation.confirm, office, "clerk", confirmation.ConfirmationOrder(country.code, DAY))


def test_a_clock_that_was_set_back_does_not_put_the_word_off(country):
    def ahead(transaction):
        transaction.execute("UPDATE parked SET since_ms = since_ms + 86400000, asked_ms = asked_ms + 86400000")

    country.call(country.nodes[CENTRE].office.write, ahead)
    country.settle(120.0)
    assert country.items(AIRA)


def test_a_confirmation_where_nothing_waits_is_one_more_version_and_no_more(country):
    country.settle(120.0)
    for _ in range(2):
        country.confirm(country.there)
    assert country.look(CENTRE, "SELECT version FROM person WHERE code = ?", country.code) == [(3,)]


def test_what_is_parked_comes_back_to_an_office_that_lost_it_too(tmp_path):
    country = Losing(tmp_path, KAGOSHIMA)
    assert country.look(HUB, "SELECT count(*) FROM parked") == [(1,)]
    country.copy_put_back(KAGOSHIMA, "there.db")
    assert country.look(KAGOSHIMA, "SELECT code, version FROM person") == [(country.code, 2)]
    country.settle(120.0)
    country.confirm(KAGOSHIMA)
    assert country.parked() == 0
    assert country.look(HUB, "SELECT office, version FROM person") == [(KAGOSHIMA, 3)]
