"""Who asks, and what proves it: the evidence of a wide-area copy at both ends (本人確認, Act art. 12-4(1); Rules art. 4).

The issuing office checks what its clerk entered; the home office checks again what reached it, and trusts no other machine's checks.
"""

from collections.abc import Callable
from hashlib import sha256

import msgspec

from openjuki.law.calendar import Rule, holds, require
from openjuki.law.kinds import OfficeKind
from openjuki.offices import operator_seal
from openjuki.offices.office import Office
from openjuki.offices.operator_seal import OperatorSeal
from openjuki.offices.store import Transaction
from openjuki.offices.wide_area_requests import CopyApplication
from openjuki.register.codes import resident_code
from openjuki.register.dates import date_text
from openjuki.register.errors import InvalidInput, NotReady, OpenJukiError, Reason, Refused, Say
from openjuki.register.identity import Sex
from openjuki.register.names import check_name
from openjuki.register.wide_area_copy import NUMBER_BYTES, CheckedBy, CopyOf, CopyRequest, FoundCode, IdentityCheck, PhotoDocument
from openjuki.tlog.leaf import ProvisionLeaf, encode_record
from openjuki.tlog.promise import Promise, verify_provision
from openjuki.wire.speech import encode

EVIDENCE_MS = 30 * 60_000
"""How old a clerk's check of a document or card may be."""
AHEAD_MS = 120_000
"""How far clocks of two offices may differ."""
MEMBERS_MAX = 50
DOCUMENT_CHARACTERS_MAX = 100
ARTICLE = "12-4(1)"
_AGAIN = Say("Look at the document again and begin a new application.", "本人確認をやり直し、新しい請求として受け付けてください。")


def check_application(office: Office, operator: str, application: CopyApplication) -> None:
    """InvalidInput for what was entered and cannot be; Refused (NO_OPERATOR); NotReady if the home office is on no line."""
    if not operator:
        raise Refused(Reason.NO_OPERATOR, operator_seal.ARTICLE)
    require((Rule.WIDE_AREA_COPY,), office.today(), office.profile)
    if application.home == office.code:
        reason = Say("is this municipality.", "当市区町村です。")
        raise InvalidInput("home", reason, Say("Issue an ordinary copy.", "通常の住民票の写しを交付してください。"))
    entry = office.directory.entry(application.home)
    if entry is None or entry.kind is not OfficeKind.MUNICIPALITY or not entry.open:
        reason = Say("is no municipality on the network.", "ネットワーク上の市区町村ではありません。")
        raise NotReady("home", reason, Say("Check the municipality of the address.", "住所地の市区町村を確かめてください。"))
    check_name(application.name)
    _check_key(application)
    _check_members(application)
    wrong = _wrong_check(check_of(application, _sought(application)), office.clock.wall_ms())
    if wrong:
        raise wrong


def _check_key(application: CopyApplication) -> None:
    """A code, or birth date and sex where a photo document was shown (Rules art. 4(1))."""
    if len(application.number) != NUMBER_BYTES:
        raise InvalidInput("number", Say("is not 16 bytes.", "16バイトではありません。"), Say("Begin anew.", "受付をやり直してください。"))
    if application.checked_by is CheckedBy.PHOTO_AND_BIRTH:
        date_text(application.birth, "birth")
        if application.sex not in (Sex.MALE, Sex.FEMALE) or application.code:
            reason = Say("birth date and sex are wanted, and no code.", "生年月日と男女の別だけを入力してください。")
            raise InvalidInput("sex", reason, Say("State the sex; if the code is known, give the code.", "性別を入力してください。"))
    else:
        resident_code(application.code)


def _check_members(application: CopyApplication) -> None:
    """Names for `MEMBERS` and for nothing else."""
    named = application.of is CopyOf.MEMBERS
    if named != bool(application.members) or len(application.members) > MEMBERS_MAX:
        reason = Say("names are wanted for chosen members only.", "世帯員を選ぶ場合にのみ氏名が必要です。")
        raise InvalidInput("members", reason, Say("Name whom the copy is to show.", "写しに載せる者を示してください。"))
    for name in application.members:
        check_name(name)


def _sought(application: CopyApplication) -> FoundCode | None:
    """A code that is still to be found will have been found somewhere."""
    return FoundCode("", 0, b"") if application.checked_by is CheckedBy.PHOTO_AND_BIRTH else None


def check_of(application: CopyApplication, found: FoundCode | None) -> IdentityCheck:
    """The clerk's check as the home office will see it."""
    return IdentityCheck(
        application.checked_by, application.checked_ms, application.document, application.document_named, found, application.card
    )


def request_of(application: CopyApplication, code: str, found: FoundCode | None) -> CopyRequest:
    """The application as it is told to the home office: the items of 令15-3(1), and the check."""
    return CopyRequest(
        application.number, application.name, code, application.of, application.members, tuple(sorted(set(application.extras))),
        check_of(application, found),
    )  # fmt: skip


Cards = Callable[[Transaction, Office, str, CopyRequest], bool]
"""(transaction, home office, asking office, request) -> whether the card's proof in the check is that of the requester's own valid card."""


def card_fault(transaction: Transaction, office: Office, asker: str, request: CopyRequest, cards: Cards) -> Refused | None:
    """What the home office finds wrong with a card that was shown, by its own table of cards; None if none was, or it holds."""
    by_card = request.check.by is CheckedBy.CARD
    return None if not by_card or cards(transaction, office, asker, request) else Refused(Reason.INVALID, ARTICLE)


def fault(office: Office, asker: str, request: CopyRequest, operator: OperatorSeal, signed: bytes) -> Refused | None:
    """What the home office finds wrong with a request's evidence; None if it is whole, fresh, and an operator answers for it.

    Whether a card that was shown is the requester's own is asked in the transaction of the answer: `card_fault`.
    """
    if not holds(Rule.WIDE_AREA_COPY, office.today(), office.profile):
        return Refused(Reason.ROUTE_NOT_LAWFUL, ARTICLE)
    try:
        operator_seal.check(office, asker, operator, signed)
        check_name(request.name)
        resident_code(request.code)
        for name in request.members:
            check_name(name)
    except Refused as refused:
        return refused
    except InvalidInput:
        return Refused(Reason.INVALID, ARTICLE)
    sound = (
        len(request.number) == NUMBER_BYTES
        and (request.of is CopyOf.MEMBERS) == bool(request.members)
        and len(request.members) <= MEMBERS_MAX
        and len(set(request.extras)) == len(request.extras)
    )
    wrong = _wrong_check(request.check, office.clock.wall_ms())
    if wrong is not None:
        return Refused(Reason.LATE if wrong.item == "checked_ms" else Reason.INVALID, ARTICLE)
    found = request.check.found
    proved = found is None or was_found(office, asker, found)
    return None if sound and proved else Refused(Reason.INVALID, ARTICLE)


def _wrong_check(check: IdentityCheck, now_ms: int) -> InvalidInput | None:
    """What is wrong with a check of identity: no ID, an unnamed one, another kind's proof, or one that is too old."""
    if not now_ms - EVIDENCE_MS <= check.checked_ms <= now_ms + AHEAD_MS:
        return InvalidInput("checked_ms", Say("the check of identity is too old.", "本人確認から時間がたっています。"), _AGAIN)
    if check.by is CheckedBy.CARD:
        return None if check.card and check.document is None and check.found is None else _no_proof()
    if check.document is None or check.card or (check.by is CheckedBy.PHOTO_AND_BIRTH) != (check.found is not None):
        return _no_proof()
    named = check.document_named
    if (check.document is PhotoDocument.OTHER) != bool(named) or len(named) > DOCUMENT_CHARACTERS_MAX:
        reason = Say("another document than those listed is to be named, and no other.", "その他の証明書は名称が必要です。")
        return InvalidInput("document", reason, Say("Name the document.", "証明書の名称を入力してください。"))
    return None


def _no_proof() -> InvalidInput:
    reason = Say("nothing proves who asks.", "本人確認書類がありません。")
    remedy = Say(
        "Ask for the Juki card or an official document with a photo; without one no wide-area copy is issued.",
        "住民基本台帳カードか、官公署の発行した写真付きの書類の提示を求めてください。ない場合は交付できません。",
    )
    return InvalidInput("document", reason, remedy)


# -- a code that was found ------------------------------------------------------------------------------------------------


class CodeProof(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """That an identity query stands in the log of the office that disclosed; question and answer by their digests."""

    record: bytes
    """A ProvisionLeaf in its canonical bytes."""
    salt: bytes
    promise: Promise


_decode_proof = msgspec.msgpack.Decoder(CodeProof).decode


def found_code(
    office: Office, query: msgspec.Struct, persons: tuple[msgspec.Struct, ...], time_ms: int, salt: bytes, promise: Promise
) -> FoundCode:
    """The evidence that this office's query was answered with these persons, from the answer's own proof."""
    leaf = ProvisionLeaf(
        office.realm, promise.log, promise.index, time_ms, office.code,
        sha256(encode(query)).digest(), sha256(encode(persons)).digest(), len(persons),
    )  # fmt: skip
    return FoundCode(promise.log, promise.index, encode(CodeProof(encode_record(leaf), salt, promise)))


def was_found(office: Office, asker: str, found: FoundCode) -> bool:
    """Whether the office `asker` has just asked its prefecture or the centre for somebody, and was told of one."""
    try:
        proof = _decode_proof(found.proof)
        entry = office.directory.entry(found.log.split("/")[2] if found.log.count("/") == 3 else "")
        key = entry.seal_key(proof.promise.key_id) if entry else None
        if entry is None or key is None or entry.kind not in (OfficeKind.PREFECTURE, OfficeKind.CENTRE):
            return False
        leaf = verify_provision(proof.promise, proof.salt, proof.record, key.public)
    except (OpenJukiError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    age_ms = office.clock.wall_ms() - leaf.time_ms
    told = (leaf.realm, leaf.log, leaf.index, leaf.asker) == (office.realm, found.log, found.index, asker)
    return told and leaf.persons > 0 and -AHEAD_MS <= age_ms <= EVIDENCE_MS
