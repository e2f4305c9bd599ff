"""No household, relationship or registered domicile in any byte of a hub: files, wire, logs (本人確認情報以外は出ない; promise P1).

Unusual words stand in the records of all municipalities; every procedure runs; then all bytes that hubs hold or got are looked through.
"""

import base64
import zlib
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from openjuki.nodes.tables import TABLES
from openjuki.offices import outbox
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.municipality_households import Relation
from openjuki.offices.store import Store
from openjuki.procedures import (
    annulment,
    birth,
    change_of_address,
    code_allotment,
    code_change,
    correction,
    death,
    household_change,
    identity_query,
    move_in,
    move_out,
    resident_import,
)
from openjuki.register.addresses import Address
from openjuki.register.change import decode_change
from openjuki.register.errors import OpenJukiError
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.simulation.declaration import declare
from openjuki.simulation.quiet import QuietCountry
from openjuki.wire.seal import Carried, encode_carried, seal_batch
from openjuki.wire.speech import encode
from tests.nodes.byte_search import TEXT, disguises, found

pytestmark = pytest.mark.slow

HUBS = ("460001", "130001", "centre")
TOWNS = {
    "462012": "山下町", "462187": "国分中央", "462250": "宮島町", "131016": "九段南", "131121": "世田谷", "132012": "元本郷町",
}  # fmt: skip
DAY, DESK = "2013-12-02", "46-passport"
RELATIONSHIP = "子（子の夫）の兄の妻（未届）の母"
"""One that the standard allows and nobody has."""
WORDS = {
    "relationship": RELATIONSHIP,
    "relationship, as imported": "縁故鵺鼬続柄",
    "registered domicile": "鹿児島県鵺鼬郡本籍村鑿町七番地",
    "head of the family register": "鵺鼬　筆頭太郎",
    "household number": "993377551144882",
    "previous address": "沖縄県鵺鼬市前住所町九番地",
    "where somebody moves to": "東京都鵺鼬区転出先町三番地",
    "health insurance": "鵺鼬国保CANARY-4417",
    "remarks": "CANARY-REMARKS-鵺鼬備考",
}


class Watched:
    """A quiet country with everything that could leak kept: frames by receiver, events, errors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.frames: dict[str, bytearray] = defaultdict(bytearray)
        self.logs: list[str] = []
        self.country = QuietCountry(declare(tuple(TOWNS)).offices, wire=self._wire, listen=lambda *event: self.logs.append(" ".join(event)))
        for code, declared in self.country.offices.items():
            self.country.open(code, Store(str(folder / f"{code}.db"), TABLES[declared.kind].scripts))

    def _wire(self, sender: str, receiver: str, data: bytes) -> None:
        self.frames[receiver] += data

    def do(self, step, *arguments):
        """A step of a procedure; what it refuses is a log's business too."""
        try:
            return self.country.call(step, *arguments)
        except OpenJukiError as error:
            self.logs += [str(error), error.text("ja"), repr(error)]
            raise

    def office(self, code: str):
        return self.country.nodes[code].office

    def arrived(self) -> bool:
        return self.country.agenda.run(lambda: not any(self._waiting(code) for code in (*TOWNS, *HUBS)))

    def _waiting(self, code: str) -> dict[str, int]:
        return self.country.call(self.office(code).write, outbox.unacknowledged)

    def files(self, code: str) -> bytes:
        """Main file and log as they lie on the disk while the office runs."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob(f"{code}.db*")))


def entrant(town: str, line: int, relationship: str) -> resident_import.Entrant:
    return resident_import.Entrant(line, WORDS["household number"], Items(
        name="住基　" + "太次三"[line - 1] + "郎", kana="ジュウキ　タロウ", birth=f"197{line}-05-03", sex=Sex.MALE,
        relationship=relationship,
        registered_domicile=WORDS["registered domicile"], registered_domicile_head=WORDS["head of the family register"],
        became_resident_on="1999-04-01", address=Address(town, TOWNS[town], "25番地"), address_since="1999-04-01",
        notified_on="1999-04-01", previous_address=WORDS["previous address"],
        other={"national_health_insurance": WORDS["health insurance"], "remarks": WORDS["remarks"]},
    ))  # fmt: skip


def settle(watched: Watched, town: str) -> list[str]:
    """Three residents with every word, a birth; returns their codes."""
    office = watched.office(town)
    watched.do(code_allotment.request, office, 30)
    entrants = [entrant(town, 1, "世帯主"), entrant(town, 2, RELATIONSHIP), entrant(town, 3, WORDS["relationship, as imported"])]
    assert watched.do(resident_import.enter_residents, office, "clerk-1", entrants).entered == 3
    codes = [code for (code,) in watched.country.look(town, "SELECT code FROM person ORDER BY id")]
    child = birth.BirthNotification(codes[0], "住基　光", "ジュウキ　ヒカリ", "2013-12-01", Sex.FEMALE, RELATIONSHIP, DAY)
    return [*codes, watched.do(birth.enter_birth, office, "clerk-1", child).code]


def live(watched: Watched, town: str, codes: list[str], away: str) -> None:
    """Every procedure of a municipality on its residents, the last one a move to another municipality."""
    office, (_, second, third, child) = watched.office(town), codes
    items = Items(
        registered_domicile=WORDS["registered domicile"] + "一", registered_domicile_head=WORDS["head of the family register"] + "子"
    )
    watched.do(correction.correct, office, "clerk-1", correction.CorrectionOrder(second, items, DAY))
    watched.do(
        correction.correct, office, "clerk-1", correction.CorrectionOrder(second, Items(kana="ジュウキ　ジロ"), DAY, since_ever=True)
    )
    child = watched.do(code_change.change_code, office, "clerk-1", code_change.CodeChangeRequest(child, DAY)).code
    there = Address(town, TOWNS[town], "26番地")
    moved = change_of_address.ChangeOfAddressNotification((Relation(second, "世帯主"), Relation(child, RELATIONSHIP)), there, DAY, DAY)
    watched.do(change_of_address.change_address, office, "clerk-1", moved)
    apart = household_change.HouseholdChangeNotification((Relation(child, "世帯主"),), DAY, DAY)
    watched.do(household_change.change_household, office, "clerk-1", apart)
    watched.do(death.enter_death, office, "clerk-1", death.DeathNotification(third, DAY, DAY))
    last = watched.country.look(town, "SELECT max(sequence) FROM event")[0][0]
    watched.do(annulment.annul, office, "clerk-1", annulment.AnnulmentOrder((annulment.Annulled(third, last),), DAY))
    leaving = move_out.MoveOutNotification((second,), WORDS["where somebody moves to"], DAY, DAY)
    certificate = watched.do(move_out.move_out, office, "clerk-1", leaving)
    arrivals = move_in.arrivals_of(certificate, {second: "世帯主"})
    arrivals = tuple(msgspec.structs.replace(arrival, nobody_known=True) for arrival in arrivals)
    arriving = move_in.MoveInNotification(arrivals, Address(away, TOWNS[away], "1番地"), DAY, DAY, WORDS["previous address"])
    watched.do(move_in.move_in, watched.office(away), "clerk-1", arriving)
    with pytest.raises(OpenJukiError):  # what is refused must not speak either
        watched.do(move_out.move_out, office, "clerk-1", leaving)


def lie(watched: Watched, town: str) -> None:
    """A faulty municipality sends its hub a change with more in it than is lawful."""
    office, hub = watched.office(town), watched.office(town).prefecture_office
    change = decode_change(watched.country.look(town, "SELECT change FROM person")[0][0])
    too_much = encode({"change": change, "household": {"relationship": RELATIONSHIP, "remarks": WORDS["remarks"]}})
    (seal,) = seal_batch(
        [("IdentityChange", too_much)],
        realm=office.realm,
        origin=town,
        key_id=office.seal_key,
        sealed_ms=office.clock.wall_ms(),
        sign=office.sign,
    )
    node, link = watched.country.nodes[town], watched.country.nodes[town].links[hub]
    last = watched.country.look(town, "SELECT sequence - 1 FROM next_sequence WHERE receiver = ?", hub)[0][0]
    message_type, _ = node.outgoing(
        outbox.Outgoing(0, "IdentityChange", watched.country.look(town, "SELECT change FROM person")[0][0], None)
    )
    link.notice(message_type, node.epoch, last + 1, encode_carried(Carried(too_much, seal)))
    watched.country.agenda.run(lambda: any("quarantined" in line for line in watched.logs))


@pytest.fixture(scope="module")
def watched(tmp_path_factory) -> Watched:
    country = Watched(tmp_path_factory.mktemp("canaries"))
    codes = {town: settle(country, town) for town in TOWNS}
    towns = list(TOWNS)
    for town, away in zip(towns, [*towns[3:], *towns[:3]], strict=True):
        live(country, town, codes[town], away)
    assert country.arrived()
    query = identity_query.IdentityQuery(
        "appendix:5:6", "2013-1", "o-7", QueryKey(name="住基太郎", birth="1971-05-03"), ("name", "address")
    )
    assert country.do(identity_query.ask, country.office(DESK), "460001", query).persons
    return country


# -- controls: the search finds what is there -----------------------------------------------------------------------------


@pytest.mark.parametrize("what", WORDS)
def test_control_every_municipality_holds_the_words(watched: Watched, what: str):
    for town in TOWNS:
        assert (WORDS[what], "utf-8") in found(watched.files(town), [WORDS[what]]), town


def test_control_a_word_in_a_hubs_file_is_found(tmp_path):
    store = Store(str(tmp_path / "hub.db"), TABLES[declare().offices[0].kind].scripts)
    for word in WORDS.values():
        store.run([lambda transaction, word=word: outbox.record(transaction, 1, "tag", "officer", f"seen {word} here")])
    hits = found((tmp_path / "hub.db").read_bytes() + (tmp_path / "hub.db-wal").read_bytes(), WORDS.values())
    store.close()
    assert {word for word, _ in hits} == set(WORDS.values())


@pytest.mark.parametrize("word", WORDS.values())
def test_control_every_disguise_is_found(word: str):
    for encoding in TEXT:
        try:
            assert found(b"\x00\xff" + f"前{word}後".encode(encoding), [word]), encoding
        except UnicodeEncodeError:
            continue
    for shift in range(3):
        data = bytes(range(65, 65 + shift)) + word.encode() + b"after"
        assert found(base64.b64encode(data), [word])
        assert found(base64.urlsafe_b64encode(data), [word])
        assert found(b"\x02" + zlib.compress(data * 3), [word])
    assert found(word.encode().hex().encode(), [word])
    assert len(list(disguises(word))) >= 13


def test_control_the_hubs_do_hold_the_people(watched: Watched):
    for hub in HUBS:
        assert found(watched.files(hub), ["住基　太郎"])
        assert found(bytes(watched.frames[hub]), ["住基　太郎"])
        assert len(watched.files(hub)) > 50_000
        assert len(watched.frames[hub]) > 10_000


# -- the promise ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hub", HUBS)
def test_no_file_of_a_hub_holds_one_of_the_words(watched: Watched, hub: str):
    assert found(watched.files(hub), WORDS.values()) == set()


@pytest.mark.parametrize("hub", HUBS)
def test_no_frame_to_a_hub_or_an_agency_holds_one_of_the_words(watched: Watched, hub: str):
    assert found(bytes(watched.frames[hub]), WORDS.values()) == set()
    assert found(bytes(watched.frames[DESK]), WORDS.values()) == set()


def test_no_log_and_no_error_holds_one_of_the_words(watched: Watched):
    assert watched.logs
    assert found("\n".join(watched.logs).encode(), WORDS.values()) == set()
    for hub in HUBS:
        audit = watched.country.look(hub, "SELECT tag || operator || what FROM audit")
        assert found(repr(audit).encode(), WORDS.values()) == set()


def test_what_a_faulty_municipality_sends_too_much_is_not_kept_by_the_hub(watched: Watched):
    """Last: it puts the words on the wire."""
    lie(watched, "462250")
    assert watched.country.look("460001", "SELECT reason FROM quarantine") == [("malformed",)]
    assert found(watched.files("460001"), WORDS.values()) == set()
