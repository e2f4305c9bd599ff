"""Requests for copies: who asks for whose on what ground with which evidence, and every decision (住民票の写し等の交付請求・申出の記録).

Act art. 12 (own and household), 12-2 (organs of state and local bodies), 12-3 (others, and 特定事務受任者), 20 (address supplement);
standard j300. What is filed and what is decided can only be appended to.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.law.ways_out import Asker, WayOut
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.offices.supplement_copies import Ground
from openjuki.register.errors import Conflict, InvalidInput, Say

SCRIPT = """
CREATE TABLE copy_request (id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, received_on TEXT NOT NULL, operator TEXT NOT NULL,
  body BLOB NOT NULL);
CREATE TABLE copy_decision (id INTEGER PRIMARY KEY, request INTEGER NOT NULL, decided_ms INTEGER NOT NULL, operator TEXT NOT NULL,
  outcome TEXT NOT NULL, ground TEXT NOT NULL, asker TEXT NOT NULL, persons TEXT NOT NULL);
CREATE INDEX copy_decision_of ON copy_decision (request);
CREATE TRIGGER copy_request_no_update BEFORE UPDATE ON copy_request BEGIN SELECT RAISE(ABORT, 'copy_request is append-only'); END;
CREATE TRIGGER copy_request_no_delete BEFORE DELETE ON copy_request BEGIN SELECT RAISE(ABORT, 'copy_request is append-only'); END;
CREATE TRIGGER copy_decision_no_update BEFORE UPDATE ON copy_decision BEGIN SELECT RAISE(ABORT, 'copy_decision is append-only'); END;
CREATE TRIGGER copy_decision_no_delete BEFORE DELETE ON copy_decision BEGIN SELECT RAISE(ABORT, 'copy_decision is append-only'); END"""

PAPERS = frozenset({WayOut.COPY, WayOut.CERTIFICATE_OF_ITEMS, WayOut.REMOVED_RECORD_COPY, WayOut.ADDRESS_SUPPLEMENT})
"""What can be asked for here; each is a way out of its own."""
TEXT_MAX = 400


class Evidence(StrEnum):
    """How the one who stands at the window, or writes, proved who they are (Act art. 12(3), 12-2(3), 12-3(5); the Rules)."""

    NONE = "none"
    CARD = "card"
    """住民基本台帳カード, or another paper with a photograph issued by an office."""
    TWO_PAPERS = "two-papers"
    """Two papers without one."""
    STAFF_CARD = "staff-card"
    """An organ's paper that shows its staff."""
    PROFESSIONAL_CARD = "professional-card"
    """A 特定事務受任者's card, with the seal of office."""


class Authority(StrEnum):
    """What shows that one acts for another (Act art. 12(4), 12-3(6))."""

    NONE = "none"
    PROXY = "proxy"
    """委任状."""
    STATUTE = "statute"
    """法定代理: a parent, a guardian."""
    ENGAGEMENT = "engagement"
    """統一請求書 of a professional, by which they say that they are engaged."""


class Item(StrEnum):
    """Items that a copy shows only if they are asked for (Act art. 12(5), 12-2(4), 12-3(7)), with their numbers in art. 7."""

    RELATIONSHIP = "relationship"
    """4."""
    DOMICILE = "domicile"
    """5."""
    ENROLMENTS = "enrolments"
    """9 to 12, 14."""
    CODE = "code"
    """13."""


class Profession(StrEnum):
    """特定事務受任者 (Act art. 12-3(3))."""

    LAWYER = "弁護士"
    JUDICIAL_SCRIVENER = "司法書士"
    LAND_SURVEYOR = "土地家屋調査士"
    TAX_ACCOUNTANT = "税理士"
    SOCIAL_INSURANCE_CONSULTANT = "社会保険労務士"
    PATENT_ATTORNEY = "弁理士"
    MARITIME_AGENT = "海事代理士"
    ADMINISTRATIVE_SCRIVENER = "行政書士"


class Party(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody who takes part in a request: name and address, the birth date where it is known, the body or office they stand for."""

    name: str
    address: str = ""
    birth: str = ""
    body: str = ""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request as it was filed: which paper about whom, on what ground; who asks, who stands here for them, and what they showed."""

    paper: WayOut
    ground: Ground
    requester: Party
    subject: Party
    """Whose; of an address supplement the name is the head's and the address the registered domicile."""
    evidence: Evidence = Evidence.NONE
    presenter: Party | None = None
    """Who stands here, if it is not the requester."""
    authority: Authority = Authority.NONE
    purpose: str = ""
    """利用の目的・請求事由; of a criminal investigation the statute in its place."""
    household: bool = False
    """Of all members of the subject's household."""
    items: frozenset[Item] = frozenset()
    profession: Profession | None = None
    client: str = ""
    """Whose matter a professional has; "" only for what goes to court (12-3(4)5)."""
    court_matter: str = ""
    members: tuple[int, ...] = ()
    """Of an address supplement; all if none is named."""


class Outcome(StrEnum):
    """What became of a request; only the register's desk and the supervisor learn which of the three refusals it was."""

    GIVEN = "given"
    NOT_PROPER = "not-proper"
    """The mayor found an unjust purpose, or the request not proper (Act art. 12(6), 12-3(1))."""
    NOT_HERE = "not-here"
    RESTRAINED = "restrained"


class Filed(NamedTuple):
    """A request with its number, and when it came (wall clock, ms)."""

    number: int
    received_ms: int
    received_on: str
    operator: str
    wanted: Wanted

    @property
    def case(self) -> str:
        """As releases and the operations log name it."""
        return f"copy-{self.number}"


class Decided(NamedTuple):
    """A decision on a request; `persons` are record numbers, or members of a supplement."""

    decided_ms: int
    operator: str
    outcome: Outcome
    ground: str
    asker: Asker
    persons: tuple[int, ...]


_decode = msgspec.msgpack.Decoder(Wanted).decode
_encode = msgspec.msgpack.Encoder().encode


def keep(transaction: Transaction, office: Office, operator: str, wanted: Wanted) -> Filed:
    """Keep a request that has all it needs; it is not looked for anybody yet, so that nothing can be learnt from how long this takes."""
    now_ms, on = office.clock.wall_ms(), office.today().isoformat()
    sql = "INSERT INTO copy_request (received_ms, received_on, operator, body) VALUES (?, ?, ?, ?) RETURNING id"
    return Filed(int(transaction.value(sql, now_ms, on, operator, _encode(wanted))), now_ms, on, operator, wanted)


def filed(transaction: Transaction, number: int) -> Filed:
    """The request of that number; Conflict if there is none."""
    row = transaction.one("SELECT id, received_ms, received_on, operator, body FROM copy_request WHERE id = ?", number)
    if row is None:
        reason = Say("no request has that number.", "その受付番号の請求はありません。")
        raise Conflict("request", reason, Say("See the receipt.", "受付票を確かめてください。"))
    known, received_ms, received_on, operator, wanted = row
    return Filed(known, received_ms, received_on, operator, _decode(wanted))


def undecided(transaction: Transaction) -> list[Filed]:
    """Requests that wait for a decision, the oldest first."""
    rows = transaction.all("SELECT id FROM copy_request WHERE id NOT IN (SELECT request FROM copy_decision) ORDER BY id")
    return [filed(transaction, number) for (number,) in rows]


def write_decision(transaction: Transaction, number: int, decided: Decided) -> None:
    """Append a decision; a request that was refused may be decided anew, one that was given may not. Raises Conflict."""
    if any(before.outcome is Outcome.GIVEN for before in decisions(transaction, number)):
        reason = Say("it has been given already.", "既に交付しています。")
        raise Conflict("request", reason, Say("File a new request.", "新たに請求を受け付けてください。"))
    sql = "INSERT INTO copy_decision (request, decided_ms, operator, outcome, ground, asker, persons) VALUES (?, ?, ?, ?, ?, ?, ?)"
    persons = " ".join(map(str, decided.persons))
    values = (number, decided.decided_ms, decided.operator, decided.outcome.value, decided.ground, decided.asker.value, persons)
    transaction.execute(sql, values)


def decisions(transaction: Transaction, number: int) -> list[Decided]:
    """What was decided on a request, the first one first."""
    sql = "SELECT decided_ms, operator, outcome, ground, asker, persons FROM copy_decision WHERE request = ? ORDER BY id"
    return [
        Decided(ms, operator, Outcome(outcome), ground, Asker(asker), tuple(map(int, persons.split())))
        for ms, operator, outcome, ground, asker, persons in transaction.all(sql, number)
    ]


def given_about(transaction: Transaction, person: int) -> list[int]:
    """Numbers of the requests on which something about a record was given (交付履歴, j300), the oldest first."""
    sql = """SELECT d.request, d.persons FROM copy_decision d JOIN copy_request r ON r.id = d.request
      WHERE d.outcome = ? ORDER BY d.request"""
    rows = transaction.all(sql, Outcome.GIVEN.value)
    return [
        number
        for number, persons in rows
        if str(person) in persons.split() and filed(transaction, number).wanted.paper is not WayOut.ADDRESS_SUPPLEMENT
    ]


def check(wanted: Wanted) -> None:
    """InvalidInput for a request that lacks what the Act asks of it, or asks for what no copy on its ground shows."""
    if wanted.paper not in PAPERS:
        raise InvalidInput("paper", Say("cannot be asked for here.", "この窓口の対象ではありません。"), CHOOSE)
    _check_texts(wanted)
    _check_who_asks(wanted)
    if wanted.ground is not Ground.OWN and not wanted.purpose.strip():
        raise _missing("purpose", "say what it is for, or the statute.", "利用の目的（犯罪捜査等では根拠法令）を明らかにしてください。")
    if wanted.ground is Ground.PROFESSIONAL:
        _check_professional(wanted)
    if Item.CODE in wanted.items and wanted.ground is not Ground.OWN:
        reason = Say("is never shown to others (Act art. 12-2(1), 12-3(7)).", "本人等以外の請求では記載できません（法12条の2、12条の3）。")
        raise InvalidInput("items", reason, Say("Leave the code out.", "住民票コードを除いてください。"))


CHOOSE = Say("Choose a copy, a certificate or an address supplement.", "写し、記載事項証明書、附票の写しから選んでください。")


def _check_texts(wanted: Wanted) -> None:
    texts = {"requester": wanted.requester.name, "subject": wanted.subject.name, "client": wanted.client, "purpose": wanted.purpose}
    for item, text in texts.items():
        if len(text) > TEXT_MAX:
            raise InvalidInput(item, Say("is too long.", "が長すぎます。"), Say(f"Up to {TEXT_MAX} characters.", "短くしてください。"))
    if not wanted.requester.name.strip() or not wanted.subject.name.strip():
        item = "subject" if wanted.requester.name.strip() else "requester"
        raise _missing(item, "give the name.", "氏名を明らかにしてください。")
    if wanted.ground is not Ground.OWN and not wanted.subject.address.strip():
        raise _missing("subject", "give the address as well (Act art. 12-2(2)3, 12-3(4)3).", "対象者の住所も明らかにしてください。")


def _check_who_asks(wanted: Wanted) -> None:
    """Who stands here is proven, and that they act for who asks."""
    if wanted.evidence is Evidence.NONE:
        raise _missing("evidence", "ask for a card or two papers.", "本人確認書類の提示を求めてください。")
    if wanted.ground is Ground.PUBLIC_BODY and not (wanted.evidence is Evidence.STAFF_CARD and wanted.requester.body):
        raise _missing("evidence", "an organ's name and its staff's card are needed.", "機関の名称と職員であることを示す書類が必要です。")
    if wanted.presenter is not None and wanted.authority is Authority.NONE:
        raise _missing("authority", "ask for the proxy, or the paper of the statute.", "委任状等の提示を求めてください。")


def _check_professional(wanted: Wanted) -> None:
    wants = {
        "evidence": wanted.evidence is Evidence.PROFESSIONAL_CARD,
        "profession": wanted.profession is not None,
        "client": bool(wanted.client.strip() or wanted.court_matter.strip()),
    }
    for item, there in wants.items():
        if not there:
            raise _missing(
                item, "profession, card, and client or kind of matter are needed.", "資格、資格者証、依頼者又は業務の種類が必要です。"
            )


def _missing(item: str, en: str, ja: str) -> InvalidInput:
    return InvalidInput(item, Say("is missing: without it the request is not taken.", "がないため受け付けられません。"), Say(en, ja))
