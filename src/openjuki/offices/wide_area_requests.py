"""Wide-area copies at the issuing office: applications and what became of them (広域交付の請求, Act art. 12-4(2), (6)).

Each attempt leaves its outcome, with the home office's answer under its seal: the copy is made from that notice and nothing else (令15-4).
A request that was answered once is answered from here: a second click asks nobody.
"""

from typing import NamedTuple

import msgspec

from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say
from openjuki.register.identity import Sex
from openjuki.register.wide_area_copy import CheckedBy, CopyAnswer, CopyExtra, CopyOf, PhotoDocument
from openjuki.wire.speech import encode

SCRIPT = """
CREATE TABLE wide_area_request (id INTEGER PRIMARY KEY, number BLOB NOT NULL UNIQUE, home TEXT NOT NULL, operator TEXT NOT NULL,
  asked_ms INTEGER NOT NULL, application BLOB NOT NULL);
CREATE TABLE wide_area_outcome (id INTEGER PRIMARY KEY, request INTEGER NOT NULL, at_ms INTEGER NOT NULL, operator TEXT NOT NULL,
  outcome TEXT NOT NULL, answer BLOB, evidence BLOB NOT NULL);
CREATE INDEX wide_area_outcome_request ON wide_area_outcome (request);
CREATE TRIGGER wide_area_request_no_update BEFORE UPDATE ON wide_area_request
  BEGIN SELECT RAISE(ABORT, 'wide_area_request is append-only'); END;
CREATE TRIGGER wide_area_request_no_delete BEFORE DELETE ON wide_area_request
  BEGIN SELECT RAISE(ABORT, 'wide_area_request is append-only'); END;
CREATE TRIGGER wide_area_outcome_no_update BEFORE UPDATE ON wide_area_outcome
  BEGIN SELECT RAISE(ABORT, 'wide_area_outcome is append-only'); END;
CREATE TRIGGER wide_area_outcome_no_delete BEFORE DELETE ON wide_area_outcome
  BEGIN SELECT RAISE(ABORT, 'wide_area_outcome is append-only'); END"""

DECLINED = "declined"
"""The issuing mayor refused to issue (不交付, Act art. 12-4(6) with 12(6)); what follows the word is why."""
TOLD = "told"


class CopyApplication(msgspec.Struct, frozen=True):
    """What the requester asked for at the counter, and the clerk's check of who they are (Act art. 12-4(1); Rules art. 4).

    `number` is random and the counter's own: it makes this one application however often it is handed in. Either `code`, or `birth`
    (canonical) and `sex` from which the code is then found.
    """

    number: bytes
    home: str
    """Code of the municipality where the requester lives."""
    name: str
    checked_by: CheckedBy
    checked_ms: int
    """When the clerk looked at the document or card (wall clock)."""
    code: str = ""
    birth: str = ""
    sex: Sex = Sex.UNKNOWN
    of: CopyOf = CopyOf.SELF
    members: tuple[str, ...] = ()
    extras: tuple[CopyExtra, ...] = ()
    document: PhotoDocument | None = None
    document_named: str = ""
    card: bytes = b""


class Begun(NamedTuple):
    """An application that is on record; with the answer if it got one before."""

    row: int
    answer: CopyAnswer | None


_decode_answer = msgspec.msgpack.Decoder(CopyAnswer).decode


def begin(transaction: Transaction, operator: str, now_ms: int, application: CopyApplication) -> Begun:
    """Put an application on record. Conflict if its number stands for another one, or if it was declined."""
    held = transaction.one("SELECT id, application FROM wide_area_request WHERE number = ?", application.number)
    body = encode(application)
    if held is None:
        sql = "INSERT INTO wide_area_request (number, home, operator, asked_ms, application) VALUES (?, ?, ?, ?, ?) RETURNING id"
        return Begun(int(transaction.value(sql, application.number, application.home, operator, now_ms, body)), None)
    if held[1] != body:
        reason = Say("this number stands for another application.", "この番号は別の請求に使われています。")
        raise Conflict("number", reason, Say("Begin a new application.", "新しい請求として受け付けてください。"))
    if transaction.value("SELECT 1 FROM wide_area_outcome WHERE request = ? AND substr(outcome, 1, 8) = ?", held[0], DECLINED) is not None:
        reason = Say("this application was declined.", "この請求は不交付としました。")
        raise Conflict("number", reason, Say("Begin a new application.", "新しい請求として受け付けてください。"))
    answer = transaction.value("SELECT answer FROM wide_area_outcome WHERE request = ? AND outcome = ? ORDER BY id", held[0], TOLD)
    return Begun(held[0], _decode_answer(answer) if answer is not None else None)


def keep(
    transaction: Transaction, request: int, operator: str, now_ms: int, outcome: str, answer: CopyAnswer | None, evidence: bytes
) -> bool:
    """Write down what became of an attempt; `evidence` is the answer under the home office's seal. False if it was told before.

    That is so if a second click was on its way together with the first.
    """
    if outcome == TOLD and transaction.value("SELECT 1 FROM wide_area_outcome WHERE request = ? AND outcome = ?", request, TOLD):
        return False
    sql = "INSERT INTO wide_area_outcome (request, at_ms, operator, outcome, answer, evidence) VALUES (?, ?, ?, ?, ?, ?)"
    transaction.execute(sql, (request, now_ms, operator, outcome, None if answer is None else encode(answer), evidence))
    return True
