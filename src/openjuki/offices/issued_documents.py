"""Documents issued here: each with its number, whom it is about, its verification code's digest, and prints that were spoiled.

    交付履歴の管理 (standard 1.3.8), 発行番号 (5.5), 認証者 (1.3.9), 処分情報 (誤って発行した証明書の処分)

    begin ── number, id, code and binding are on disk ── the paper is made and compared ── finish ── only now may it leave

Rows are only added. The verification code itself is not kept: whoever has the paper has it. What a resident's copy says is not kept either.
"""

import datetime
from typing import NamedTuple

from openjuki.documents.issue import SANDBOX, Asked, Issue, Issuer, Place, code_digest, new_issue, same_code
from openjuki.documents.kinds import Kind
from openjuki.documents.release import Released
from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.addresses import municipality
from openjuki.register.errors import Conflict, InvalidInput, NotReady, Say

SCRIPT = """
CREATE TABLE certifier (since TEXT PRIMARY KEY, name TEXT NOT NULL, acting INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE issued_document (id INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE, day TEXT NOT NULL, serial INTEGER NOT NULL,
  made_ms INTEGER NOT NULL, request TEXT NOT NULL, kind TEXT NOT NULL, operator TEXT NOT NULL, terminal TEXT NOT NULL,
  printer TEXT NOT NULL, binding TEXT NOT NULL, salt BLOB NOT NULL, code_digest BLOB NOT NULL, UNIQUE (day, serial));
CREATE TABLE issued_person (document TEXT NOT NULL, place INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY (document, place))
  WITHOUT ROWID;
CREATE INDEX issued_person_code ON issued_person (code);
CREATE TABLE released_document (document TEXT PRIMARY KEY, released_ms INTEGER NOT NULL, pages INTEGER NOT NULL, sealed INTEGER NOT NULL,
  digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE spoiled_print (id INTEGER PRIMARY KEY, document TEXT NOT NULL, spoiled_ms INTEGER NOT NULL, operator TEXT NOT NULL,
  reason TEXT NOT NULL);
CREATE TRIGGER issued_document_no_update BEFORE UPDATE ON issued_document BEGIN SELECT RAISE(ABORT, 'issues are append-only'); END;
CREATE TRIGGER released_document_no_update BEFORE UPDATE ON released_document BEGIN SELECT RAISE(ABORT, 'issues are append-only'); END;
CREATE TRIGGER spoiled_print_no_update BEFORE UPDATE ON spoiled_print BEGIN SELECT RAISE(ABORT, 'issues are append-only'); END"""

REASON_MAX = 200
UNKNOWN_PLACE = Place()
"""The printer is not known (standard 5.5)."""


class IssueRecord(NamedTuple):
    """One issue as the history of issues shows it (交付履歴); `spoiled` are the reasons of prints thrown away."""

    document: str
    number: int
    day: str
    kind: Kind
    request: str
    operator: str
    codes: tuple[str, ...]
    pages: int
    """0 until it was released."""
    sealed: bool
    spoiled: tuple[str, ...]


def certify_by(transaction: Transaction, since: datetime.date, name: str, *, acting: bool = False) -> None:
    """From that day on the mayor of this name, or the one acting in place of the mayor, certifies (認証者)."""
    transaction.execute("INSERT OR REPLACE INTO certifier VALUES (?, ?, ?)", (since.isoformat(), name, acting))


def issuer_of(transaction: Transaction, office: Office) -> Issuer:
    """Who certifies here today. Raises NotReady outside the sandbox if nobody was entered."""
    place = municipality(office.code)
    row = transaction.one("SELECT name, acting FROM certifier WHERE since <= ? ORDER BY since DESC LIMIT 1", office.today().isoformat())
    if row is None and office.realm != SANDBOX:
        reason = Say("nobody is entered who certifies.", "認証者が登録されていません。")
        raise NotReady("certifier", reason, Say("Enter the mayor's name first.", "先に市区町村長の氏名を登録してください。"))
    name, acting = row or ("見本　一郎", 0)
    title = f"{place.prefecture}{place.name}長"
    return Issuer(realm=office.realm, office=office.code, place=place.name, title=title, name=name, acting=bool(acting))


def begin(transaction: Transaction, office: Office, operator: str, asked: Asked, where: Place = UNKNOWN_PLACE) -> Issue:
    """Give an issue its numbers, before anything is composed: it is on disk when the paper is made."""
    day = office.today()
    serial = transaction.value("SELECT coalesce(max(serial), 0) + 1 FROM issued_document WHERE day = ?", day.isoformat())
    issue = new_issue(
        asked, issuer_of(transaction, office), day=day, made_ms=office.clock.wall_ms(), serial=int(serial), where=where,
        entropy=office.entropy,
    )  # fmt: skip
    transaction.execute(
        "INSERT INTO issued_document (document, day, serial, made_ms, request, kind, operator, terminal, printer, binding, salt,"
        " code_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (issue.document, day.isoformat(), issue.serial, issue.made_ms, asked.request, asked.kind.value, operator, where.terminal,
         where.printer, issue.binding, issue.salt, code_digest(issue.document, issue.code)),
    )  # fmt: skip
    for number, subject in enumerate(asked.subjects):
        transaction.execute("INSERT INTO issued_person VALUES (?, ?, ?)", (issue.document, number, subject.code))
    outbox.record(transaction, issue.made_ms, f"document:{asked.kind.value}:begun", operator, f"{issue.number} request {asked.request}")
    return issue


def finish(transaction: Transaction, office: Office, operator: str, released: Released) -> None:
    """A compared paper may leave. Raises Conflict unless its issue was begun here, once, and its print was not spoiled."""
    issue = released.issue
    kept = transaction.value("SELECT binding FROM issued_document WHERE document = ?", issue.document)
    gone = transaction.value("SELECT 1 FROM spoiled_print WHERE document = ?", issue.document)
    done = transaction.value("SELECT 1 FROM released_document WHERE document = ?", issue.document)
    if kept != issue.binding or gone or done:
        reason = Say("was not begun here, or is finished or spoiled already.", "発行の記録がないか、既に発行又は廃棄されています。")
        raise Conflict("document", reason, Say("Make it again.", "作り直してください。"))
    now_ms = office.clock.wall_ms()
    row = (issue.document, now_ms, released.pages, released.sealed, released.digest)
    transaction.execute("INSERT INTO released_document VALUES (?, ?, ?, ?, ?)", row)
    what = f"{issue.number} pages {released.pages} sealed {released.sealed}"
    outbox.record(transaction, now_ms, f"document:{issue.asked.kind.value}:issued", operator, what)


def spoil(transaction: Transaction, office: Office, operator: str, document: str, reason: str) -> None:
    """A print was thrown away (処分情報). Raises Conflict if there is no such issue, InvalidInput without a reason."""
    if not reason.strip() or len(reason) > REASON_MAX:
        remedy = Say(f"Say why, within {REASON_MAX} signs.", f"{REASON_MAX}字以内で理由を入力してください。")
        raise InvalidInput("reason", Say("is missing or too long.", "ないか、長すぎます。"), remedy)
    if transaction.value("SELECT 1 FROM issued_document WHERE document = ?", document) is None:
        missing = Say("is not in the record of issues.", "交付履歴にありません。")
        raise Conflict("document", missing, Say("Check the number.", "文書番号を確かめてください。"))
    now_ms = office.clock.wall_ms()
    transaction.execute(
        "INSERT INTO spoiled_print (document, spoiled_ms, operator, reason) VALUES (?, ?, ?, ?)", (document, now_ms, operator, reason)
    )
    outbox.record(transaction, now_ms, "document:print:spoiled", operator, f"{document} {reason}")


class Verification(NamedTuple):
    """What the page of verification may say to whoever holds the paper: nothing about the person."""

    number: str
    kind: Kind
    day: str
    spoiled: bool
    specimen: bool


def verified(transaction: Transaction, office: Office, document: str, code: str) -> Verification | None:
    """What stands behind a document id and its code; None if the two do not belong together or nothing left here under them."""
    row = transaction.one("SELECT serial, kind, day, code_digest FROM issued_document WHERE document = ?", document)
    released = transaction.value("SELECT 1 FROM released_document WHERE document = ?", document)
    if row is None or not same_code(document, code, row[3]) or released is None:
        return None
    spoiled = transaction.value("SELECT 1 FROM spoiled_print WHERE document = ?", document) is not None
    return Verification(f"{row[2].replace('-', '')} {row[0]:03d}", Kind(row[1]), row[2], spoiled, office.realm == SANDBOX)


def issued(transaction: Transaction, *, code: str = "", day: str = "", count_max: int = 100) -> list[IssueRecord]:
    """The history of issues (交付履歴照会, standard 2.2.2), newest first: about a resident's code, of a day, or both."""
    sql = (
        "SELECT document, serial, day, kind, request, operator FROM issued_document WHERE (?1 = '' OR day = ?1) AND (?2 = '' OR document IN"
        " (SELECT document FROM issued_person WHERE code = ?2)) ORDER BY id DESC LIMIT ?3"
    )
    return [_record(transaction, row) for row in transaction.all(sql, day, code, count_max)]


def _record(transaction: Transaction, row: tuple[str, int, str, str, str, str]) -> IssueRecord:
    document, serial, day, kind, request, operator = row
    codes = tuple(code for (code,) in transaction.all("SELECT code FROM issued_person WHERE document = ? ORDER BY place", document))
    released = transaction.one("SELECT pages, sealed FROM released_document WHERE document = ?", document) or (0, 0)
    spoiled = tuple(why for (why,) in transaction.all("SELECT reason FROM spoiled_print WHERE document = ? ORDER BY id", document))
    return IssueRecord(document, serial, day, Kind(kind), request, operator, codes, released[0], bool(released[1]), spoiled)
