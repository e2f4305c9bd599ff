"""Enrolment: an office joins the network, changes, is suspended, closes (機関の登録; architecture section 2; messages `OfficeEnrol`).

applicant                                          centre (enrolment listener)
  1 apply    -- OfficeEnrol -------------------->
                                                   2 receive   proof of possession of both keys; "pending"
             <- EnrolmentState ------------------
                                                   3 agree     two officers, one after the other
                                                     the second: certificate, entry, next sealed head
  1 apply again (the same request)
             <- EnrolmentState with certificate -
  any office -- DirectoryPull ------------------>  4 give      head and what changed, or "same"
             <- DirectoryGiven ------------------
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openjuki.keys.door import key_id
from openjuki.keys.software import verify
from openjuki.law.kinds import OfficeKind, Route
from openjuki.offices import registrar
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import OpenJukiError, Reason, Refused
from openjuki.wire.directory import Entry, SealedHead, SealKey
from openjuki.wire.link import Question
from openjuki.wire.message import Message
from openjuki.wire.network_ca import digest
from openjuki.wire.speech import encode

FOREVER_MS = 2**52
_TO_CENTRE = frozenset({Route(OfficeKind.APPLICANT, OfficeKind.CENTRE)})
_FROM_CENTRE = frozenset({Route(OfficeKind.CENTRE, OfficeKind.APPLICANT)})


class Application(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What an office says of itself; `request` is a PKCS#10 request (DER) signed with the link key: proof that it holds it."""

    realm: str
    code: str
    kind: OfficeKind
    name: str
    prefecture: str
    host: str
    port: int
    request: bytes
    seal_public: bytes
    bodies: tuple[str, ...] = ()
    affairs: tuple[str, ...] = ()


class OfficeEnrol(Message, frozen=True):
    """A request to enrol, signed with the seal key: proof that the office holds that one too."""

    routes = _TO_CENTRE
    enrolling = True
    size_max = 16_384
    application: Application
    signature: bytes


class EnrolmentState(Message, frozen=True):
    """pending, open or refused; when open, the link certificate (DER)."""

    routes = _FROM_CENTRE
    state: str
    certificate: bytes


class DirectoryPull(Message, frozen=True):
    """The directory after the head with that number; 0 for all of it."""

    routes = _TO_CENTRE
    enrolling = True
    size_max = 64
    held: int


class DirectoryGiven(Message, frozen=True):
    """The present head and the entries that changed since the one held (none: "same"); closed offices stay listed as not open."""

    routes = _FROM_CENTRE
    size_max = 4 * 1024 * 1024
    sealed: SealedHead
    changed: tuple[Entry, ...]


def signed_application(application: Application, sign: Callable[[bytes], bytes]) -> OfficeEnrol:
    """Step 1, applicant: the application under the office's own seal key."""
    return OfficeEnrol(application, sign(_signed_bytes(application)))


def _signed_bytes(application: Application) -> bytes:
    return b"openjuki/enrolment/v1\0" + encode(application)


def receive(office: Office, asker: Entry | None, question: Question, message: OfficeEnrol, reply: Callable[[Any], None]) -> None:
    """Step 2, centre: put an application whose proofs hold on the list; what has been decided is told."""
    application = message.application
    if application.realm != office.realm or _link_key(application) is None:
        reply(Refused(Reason.UNTRUSTED, "architecture 2"))
    elif not verify(application.seal_public, message.signature, _signed_bytes(application)):
        reply(Refused(Reason.BAD_SEAL, "architecture 2"))
    else:
        body = encode(message)
        office.write(
            lambda transaction: registrar.request(transaction, office, application.code, sha256(encode(application)).digest(), body),
            lambda outcome: reply(outcome if isinstance(outcome, OpenJukiError) else EnrolmentState(outcome.state, outcome.certificate)),
        )


def _link_key(application: Application) -> bytes | None:
    """The link key (DER) of a request whose own signature holds; P-256 only, and never the seal key."""
    try:
        asked = x509.load_der_x509_csr(application.request)
        public = asked.public_key()
        held = asked.is_signature_valid
    except (ValueError, InvalidSignature, UnsupportedAlgorithm):
        return None
    if not held or not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        return None
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return None if der == application.seal_public else der


def agree(office: Office, number: int, officer: str, then: Then) -> None:
    """Step 3, centre: an officer agrees; the second one opens the office. `then` gets the new head, or None after the first."""
    office.write(lambda transaction: _agree(transaction, office, number, officer), then)


def _agree(transaction: Transaction, office: Office, number: int, officer: str) -> SealedHead | None:
    agreed = registrar.agree(transaction, office, number, officer)
    if agreed is None:
        return None
    application = msgspec.msgpack.decode(agreed.body, type=OfficeEnrol).application
    link_key = _link_key(application)
    if office.certify is None or link_key is None:
        raise Refused(Reason.UNTRUSTED, "architecture 2")
    certificate = office.certify(application.code, link_key)
    registrar.settle(transaction, office, number, officer, registrar.OPEN, certificate)
    held = registrar.entries(transaction).get(application.code)
    return registrar.publish(transaction, office, (entry_of(application, certificate, held, office.clock.wall_ms()),))


def entry_of(application: Application, certificate: bytes, held: Entry | None, now_ms: int) -> Entry:
    """The entry of an enrolled office; an office that enrols anew keeps its old certificates out and its old seal keys with an end."""
    old = tuple(msgspec.structs.replace(key, until_ms=min(key.until_ms, now_ms)) for key in held.seal_keys) if held else ()
    public = application.seal_public
    return Entry(
        application.code, application.kind, application.name, application.prefecture, application.host, application.port,
        (digest(certificate),), (*old, SealKey(key_id(public), public, now_ms - 60_000, FOREVER_MS)),
        application.bodies, application.affairs,
    )  # fmt: skip


def refuse(office: Office, number: int, officer: str, then: Then) -> None:
    """Step 3, centre: an officer refuses; one is enough to say no."""
    office.write(lambda transaction: registrar.settle(transaction, office, number, officer, registrar.REFUSED), then)


def suspend(office: Office, code: str, officers: tuple[str, str], then: Then, *, open_again: bool = False) -> None:
    """Centre: close an office to traffic (or open it again) with the next head; two different officers."""
    office.write(lambda transaction: _suspend(transaction, office, code, officers, open_again=open_again), then)


def _suspend(transaction: Transaction, office: Office, code: str, officers: tuple[str, str], *, open_again: bool) -> SealedHead:
    entry = registrar.entries(transaction).get(code)
    if entry is None or officers[0] == officers[1] or code == office.code:
        raise Refused(Reason.INVALID, "architecture 2")
    return registrar.publish(transaction, office, (msgspec.structs.replace(entry, open=open_again),))


def give(office: Office, asker: Entry | None, question: Question, message: DirectoryPull, reply: Callable[[Any], None]) -> None:
    """Step 4, centre: the head and what changed."""

    def work(transaction: Transaction) -> DirectoryGiven:
        sealed = registrar.head(transaction)
        if sealed is None:
            raise Refused(Reason.DIRECTORY_EXPIRED, "architecture 2")
        return DirectoryGiven(sealed, registrar.entries_since(transaction, message.held))

    office.write(work, reply)


def renew(office: Office, then: Then) -> None:
    """Centre, by clock: seal the next head when the present one is half over; `then` gets it, or None if it is not yet time."""

    def work(transaction: Transaction) -> SealedHead | None:
        sealed, now_ms = registrar.head(transaction), office.clock.wall_ms()
        if sealed is not None and (sealed.head.until_ms - now_ms) * 2 > sealed.head.until_ms - sealed.head.from_ms:
            return None
        return registrar.publish(transaction, office, ())

    office.write(work, then)
