"""What the bytes are that a prefecture or the centre takes or keeps (電文・保存項目のバイト列の内訳).

Bytes can hold anything, so each field and column of bytes is told here; whoever adds one adds its line. A line no longer needed fails.
"""

from openjuki.offices.card_told import CardTold
from openjuki.offices.retention_trace import SweepEntry
from openjuki.procedures.change_notice import IdentityChange
from openjuki.procedures.enrolment import OfficeEnrol
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.register.change import Change
from openjuki.register.identity import Identity
from openjuki.wire.directory import Entry
from openjuki.wire.seal import Seal

FIELDS: dict[str, str] = {
    "Application.request": "a request for a certificate, PKCS#10",
    "Application.seal_public": "a public key",
    "CodePool.codes": "codes of nobody yet, encrypted to the asking office",
    "CodePoolRequest.public_key": "an X25519 public key",
    "EnrolmentState.certificate": "the office's link certificate",
    "Entry.certificates": "SHA-256 of certificates",
    "ForwardedQuery.query": "an IdentityQuery as its asker encoded and sealed it",
    "Head.root": "the root over the entries of the directory",
    "IdentityAnswer.salt": "random bytes of the leaf",
    "OfficeEnrol.signature": "a signature",
    "OutboxPositionIs.epoch": "the random name of an outbox's numbering",
    "PresentedCard.evidence": "a card's certificate and its signature on office, code and time: neither says the code",
    "Promise.path": "siblings in the tree of a batch, 32 bytes each",
    "Promise.signature": "a signature",
    "Proof.salt": "random bytes of the leaf",
    "Quarantined.epoch": "the random name of an outbox's numbering",
    "Seal.path": "siblings in the tree of a batch, 32 bytes each",
    "Seal.signature": "a signature",
    "SealKey.public": "a public key",
    "SealedHead.signature": "a signature",
    "SweepEntry.previous": "SHA-256 of the trace before",
    "_AnswerOnDisk.persons": "IdentityAnswer.persons as they were logged",
    "_AnswerOnDisk.salt": "random bytes of the leaf",
}
"""Fields of messages, as "Class.field"."""

COLUMNS: dict[str, type] = {
    "card_told.body": CardTold,
    "enrolment.body": OfficeEnrol,
    "enrolment.certificate": bytes,
    "enrolment.digest": bytes,
    "inbox.epoch": bytes,
    "office_entry.body": Entry,
    "outbox.body": IdentityChange,  # or another message that a hub sends, each walked as a message
    "outbox.seal": Seal,
    "parked.change": Change,
    "person.identity": Identity,
    "provision.answer": IdentityAnswer,
    "provision.leaf": bytes,
    "provision.question": IdentityQuery,
    "provision.salt": bytes,
    "quarantine.body": IdentityChange,  # or another message that a hub takes
    "quarantine.epoch": bytes,
    "setting.value": bytes,  # numbers and states of the office itself
    "state.change": Change,
    "sweep.body": SweepEntry,
    "sweep.signature": bytes,
}
"""Columns of a hub's tables, as "table.column", with the type whose bytes they hold; plain `bytes` for keys, hashes and random numbers."""
