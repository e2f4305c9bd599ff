"""The provision log: every answer stands here, durably, before it leaves (提供の記録, Act art. 30-11, 30-37; architecture section 5).

One row per answer: who asked what for which case, who was found, a salt, the leaf's hash. The row's number is the leaf's index in
the tree plus one. What survives a crash: an answer is sent only after the commit of its row, so there may be a row without an
answer, never an answer without a row.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from openjuki.offices.office import Office, ProvisionLog
from openjuki.offices.store import Transaction
from openjuki.register.errors import Broken, OpenJukiError, Say
from openjuki.tlog.leaf import SALT_BYTES, ProvisionLeaf, encode_record, provision_hashes, provision_log
from openjuki.tlog.promise import Promise, promise_batch, verify_provision

SCRIPT = """
CREATE TABLE provision (id INTEGER PRIMARY KEY, log TEXT NOT NULL, position INTEGER NOT NULL, time_ms INTEGER NOT NULL, asker TEXT NOT NULL,
  affair TEXT NOT NULL, case_number TEXT NOT NULL, operator TEXT NOT NULL, question BLOB NOT NULL, persons TEXT NOT NULL,
  answer BLOB NOT NULL, salt BLOB NOT NULL, leaf BLOB NOT NULL);
CREATE TRIGGER provision_no_update BEFORE UPDATE ON provision BEGIN SELECT RAISE(ABORT, 'provision is append-only'); END;
CREATE TRIGGER provision_no_delete BEFORE DELETE ON provision BEGIN SELECT RAISE(ABORT, 'provision is append-only'); END"""


class Provision(msgspec.Struct, gc=False):
    """One answer: what is to be written of it, and then where it stands."""

    asker: str
    affair: str
    case_number: str
    operator: str
    question: bytes
    question_digest: bytes
    persons: str
    """Internal numbers of those found, joined by a space."""
    hits: int
    answer: bytes
    position: int = -1
    """Of the leaf in its commit: the promise is `transaction.promises[position]` once the commit is on disk."""
    time_ms: int = 0
    salt: bytes = b""


class Proof(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """That an answer stands in the log of who gave it: its time (wall clock, ms), the leaf's salt, the promise."""

    time_ms: int
    salt: bytes
    promise: Promise


def open_log(transaction: Transaction, office: Office, epoch: bytes) -> ProvisionLog:
    """The log of this epoch as it stands on disk; a restored office opens a new one with its new epoch."""
    origin = provision_log(office.code, epoch.hex()[:16])
    size = transaction.value("SELECT count(*) FROM provision WHERE log = ?", origin)
    return ProvisionLog(origin, int(size))


_INSERT = (
    "INSERT INTO provision (log, position, time_ms, asker, affair, case_number, operator, question, persons, answer, salt, leaf)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def record(transaction: Transaction, office: Office, log: ProvisionLog, provisions: Sequence[Provision]) -> Sequence[Provision]:
    """Write the provisions of some answers, in order; returns them, each with where it stands. Leaves are promised after the commit."""
    if not provisions:
        return provisions
    drawn, time_ms, position = office.entropy(SALT_BYTES * len(provisions)), office.clock.wall_ms(), len(transaction.leaves)
    salts = [drawn[start : start + SALT_BYTES] for start in range(0, len(drawn), SALT_BYTES)]
    realm, origin, first = office.realm, log.origin, log.size + position
    leaves = provision_hashes(salts, [  # a tuple is written as the ProvisionLeaf of its fields, and made in a third of the time
        encode_record((realm, origin, index, time_ms, one.asker, one.question_digest, sha256(one.answer).digest(), one.hits))
        for index, one in enumerate(provisions, first)
    ])  # fmt: skip
    transaction.connection.executemany(_INSERT, [
        (origin, index, time_ms, one.asker, one.affair, one.case_number, one.operator, one.question, one.persons, one.answer, salt, leaf)
        for index, (one, salt, leaf) in enumerate(zip(provisions, salts, leaves, strict=True), first)
    ])  # fmt: skip
    transaction.leaves.extend(leaves)
    for place, (one, salt) in enumerate(zip(provisions, salts, strict=True), position):
        one.position, one.time_ms, one.salt = place, time_ms, salt
    return provisions


def promise(transaction: Transaction, office: Office, log: ProvisionLog) -> None:
    """Promise the leaves of a commit that is on disk, under one signature; runs on the executor's thread."""
    if transaction.leaves:
        transaction.promises = promise_batch(
            transaction.leaves, realm=office.realm, log=log.origin, first_index=log.size, key_id=office.seal_key, sign=office.sign
        )
        log.size += len(transaction.leaves)


def fault(office: Office, to: str, proof: Proof | None, question: bytes, answer: bytes, persons: int) -> Broken | None:
    """What is wrong with the proof of an answer that office `to` gave; None if its leaf stands in that office's log.

    `question` and `answer` are SHA-256 of what was asked and of what was told, `persons` how many the answer is about.
    """
    entry = office.directory.entry(to)
    if proof is None or entry is None or not proof.promise.log.startswith(f"openjuki/provision/{to}/"):
        return _unproved()
    key, log, index = entry.seal_key(proof.promise.key_id), proof.promise.log, proof.promise.index
    leaf = ProvisionLeaf(office.realm, log, index, proof.time_ms, office.code, question, answer, persons)
    try:
        if key is None:
            return _unproved()
        verify_provision(proof.promise, proof.salt, encode_record(leaf), key.public)
    except OpenJukiError as error:
        return error if isinstance(error, Broken) else _unproved()
    return None


def _unproved() -> Broken:
    return Broken(
        "answer",
        Say("it does not prove that it stands in the log.", "記録の証明がありません。"),
        Say("Do not use it; call the office asked.", "使わずに照会先へ連絡してください。"),
    )
