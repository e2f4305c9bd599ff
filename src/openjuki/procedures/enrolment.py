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
                                                   5 keep_head when the head is half over: the next one
"""

import re
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
from openjuki.law.provision_routes import WORK_ASKERS
from openjuki.offices import registrar
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.codes import MUNICIPALITY_CODE, PREFECTURES, check_number, with_check_digit
from openjuki.register.errors import OpenJukiError, Reason, Refused
from openjuki.wire.directory import Entry, Head, SealedHead, SealKey
from openjuki.wire.link import Question
from openjuki.wire.message import Message
from openjuki.wire.network_ca import digest
from openjuki.wire.speech import encode

FOREVER_MS = 2**52
_NATIONWIDE = frozenset({OfficeKind.APPENDIX_BODY, OfficeKind.AUTHORITY, OfficeKind.VERIFIER, OfficeKind.AUDITOR})
_SHORT_NAME = re.compile(r"(?![0-9]{6}$)[a-z0-9][a-z0-9-]{0,39}")
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")
NAME_MAX = 100
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
    """pending, open or refused, and the number under which the officers see it; when open, the link certificate (DER)."""

    routes = _FROM_CENTRE
    number: int
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


def municipal_works() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Under which body the law lists a municipality, and the works that the Act itself gives to the mayor."""
    mayors = {article: body for article, (kind, body) in WORK_ASKERS.items() if kind is OfficeKind.MUNICIPALITY}
    return tuple(sorted(set(mayors.values()))), tuple(f"act:{article}" for article in sorted(mayors))


def fault(application: Application) -> str:
    """The first item of an application that does not fit its kind of office; "" if all do."""
    code, kind, prefecture = application.code, application.kind, application.prefecture
    judged = {
        "kind": kind not in (OfficeKind.CENTRE, OfficeKind.APPLICANT),
        "prefecture": prefecture in PREFECTURES or (prefecture == "" and kind in _NATIONWIDE),
        "code": _fits(code, kind, prefecture),
        "name": 0 < len(application.name.strip()) <= NAME_MAX and application.name.isprintable(),
        "host": _HOST.fullmatch(application.host) is not None,
        "port": 0 < application.port < 65_536,
    }
    return next((item for item, fits in judged.items() if not fits), "")


def _fits(code: str, kind: OfficeKind, prefecture: str) -> bool:
    """National codes lie in their prefecture; an agency's short name is nobody's national code."""
    if kind is OfficeKind.PREFECTURE:
        return code == with_check_digit(f"{prefecture}000")
    if kind is OfficeKind.MUNICIPALITY:
        return check_number(MUNICIPALITY_CODE.key, code) is None and code[:2] == prefecture
    return _SHORT_NAME.fullmatch(code) is not None


def receive(office: Office, asker: Entry | None, question: Question, message: OfficeEnrol, reply: Callable[[Any], None]) -> None:
    """Step 2, centre: put an application whose proofs hold on the list; what has been decided is told."""
    wrong = _refusal(office, message)
    if wrong is not None:
        reply(Refused(wrong, "architecture 2"))
        return
    application, body = message.application, encode(message)
    office.write(
        lambda transaction: registrar.request(transaction, office, application.code, sha256(encode(application)).digest(), body),
        lambda held: reply(held if isinstance(held, OpenJukiError) else EnrolmentState(held.id, held.state, held.certificate)),
    )


def _refusal(office: Office, message: OfficeEnrol) -> Reason | None:
    """Why an application is not even put on the list."""
    application = message.application
    if application.realm != office.realm:
        return Reason.WRONG_REALM
    if application.code == office.code or fault(application):
        return Reason.INVALID
    if _link_key(application) is None:
        return Reason.UNTRUSTED
    return None if verify(application.seal_public, message.signature, _signed_bytes(application)) else Reason.BAD_SEAL


def _link_key(application: Application) -> bytes | None:
    """The link key (DER) of a request whose own signature holds; P-256 only, and never the seal key."""
    try:
        asked = x509.load_der_x509_csr(application.request)
        public = asked.public_key()
        held = asked.is_signature_valid
    except (ValueError, InvalidSignature, UnsupportedAlgorithm, x509.InvalidVersion):
        return None
    if not held or not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        return None
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return None if der == application.seal_public else der


def requests(transaction: Transaction) -> list[tuple[registrar.Enrolment, Application, bool]]:
    """Step 3, centre: what waits for officers: the request, what it says, whether an office of that code is there already."""
    held = registrar.entries(transaction)
    waiting = [(request, application_of(request)) for request in registrar.pending(transaction)]
    return [(request, application, application.code in held) for request, application in waiting]


def application_of(request: registrar.Enrolment) -> Application:
    """What was applied for."""
    return msgspec.msgpack.decode(request.body, type=OfficeEnrol).application


def agree(office: Office, number: int, officer: str, then: Then) -> None:
    """Step 3, centre: an officer agrees; the second one opens the office. `then` gets the new head, or None after the first."""
    _publish(office, lambda transaction: _agree(transaction, office, number, officer), then)


def _agree(transaction: Transaction, office: Office, number: int, officer: str) -> SealedHead | None:
    agreed = registrar.agree(transaction, office, number, officer)
    if agreed is None:
        return None
    application = application_of(agreed)
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
    office.write(lambda transaction: registrar.refuse(transaction, office, number, officer), then)


def suspend(office: Office, code: str, officers: tuple[str, str], then: Then, *, open_again: bool = False) -> None:
    """Centre: close an office to traffic (or open it again) with the next head; two different officers."""
    _publish(office, lambda transaction: registrar.suspend(transaction, office, code, officers, open_again=open_again), then)


def give(office: Office, asker: Entry | None, question: Question, message: DirectoryPull, reply: Callable[[Any], None]) -> None:
    """Step 4, centre: the head and what changed."""
    office.write(lambda transaction: _given(transaction, message.held), reply)


def _given(transaction: Transaction, held: int) -> DirectoryGiven:
    sealed = registrar.head(transaction)
    if sealed is None:
        raise Refused(Reason.DIRECTORY_EXPIRED, "architecture 2")
    return DirectoryGiven(sealed, registrar.entries_since(transaction, held))


def open_register(office: Office, then: Then) -> None:
    """Centre, at its start: take over the founding directory, or a newer one than the register knows; then its own is the newest."""

    def work(transaction: Transaction) -> SealedHead | None:
        registrar.found(transaction, office.directory)
        return _renew(transaction, office) or registrar.head(transaction)

    _publish(office, work, then)


def half_over(head: Head, now_ms: int) -> bool:
    """Whether it is time for the next head."""
    return (head.until_ms - now_ms) * 2 <= head.until_ms - head.from_ms


def keep_head(office: Office) -> None:
    """Step 5, centre, by clock: seal the next head when the present one is half over."""
    sealed = office.directory.sealed
    if office.certify is not None and sealed is not None and half_over(sealed.head, office.clock.wall_ms()):
        renew(office, lambda outcome: office.event("directory:head:failed", str(outcome)) if isinstance(outcome, OpenJukiError) else None)


def renew(office: Office, then: Then) -> None:
    """Step 5, centre: `then` gets the next head, or None if it is not yet time."""
    _publish(office, lambda transaction: _renew(transaction, office), then)


def _renew(transaction: Transaction, office: Office) -> SealedHead | None:
    sealed = registrar.head(transaction)
    if sealed is None or not half_over(sealed.head, office.clock.wall_ms()):
        return None
    return registrar.publish(transaction, office, ())


def _publish(office: Office, work: Callable[[Transaction], SealedHead | None], then: Then) -> None:
    """Run a work that may seal the next head; the centre's own directory, and whoever shares it, has it before `then` is called."""

    def publishing(transaction: Transaction) -> DirectoryGiven | None:
        return None if work(transaction) is None else _given(transaction, office.directory.number)

    def published(outcome: Any) -> None:
        if not isinstance(outcome, DirectoryGiven):
            then(outcome)
            return
        if office.directory.take(outcome.sealed, outcome.changed):
            office.event("directory:head:sealed", str(outcome.sealed.head.number))
        then(outcome.sealed)

    office.write(publishing, published)
