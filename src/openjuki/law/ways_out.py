"""Every way on which somebody's data leave an office, and who may be given them under a restraint (支援措置; standard j160, j410, j440).

A way that is not in `WAYS` does not exist: a message without a row or an entry in `NO_PERSON` fails the tests. The default is refusal.
What the Act orders an office to provide or to notify is never kept back because of a restraint (art. 30-7 "shall provide"; a pension body
that got no new address would write to the old one, where the abuser lives).
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Asker(StrEnum):
    """Who asks about a protected person, in the part in which it asks; a town hall that wants a copy on paper is a public body."""

    VICTIM = "victim"
    """The protected person, or one protected with them (支援対象者), whose identity was checked."""
    VICTIM_AGENT = "victim-agent"
    FAMILY = "family"
    """Household or family that the article names, not named as abuser."""
    ABUSER = "abuser"
    ABUSER_AGENT = "abuser-agent"
    """Whoever acts for the abuser: agent, lawyer, parent of a protected child who is the abuser."""
    PROFESSIONAL = "professional"
    """特定事務受任者 (art. 12-3(3)) for another client."""
    THIRD_PARTY = "third-party"
    UNPROVEN = "unproven"
    """Somebody whose identity is not proven."""
    PUBLIC_BODY = "public-body"
    OTHER_SECTION = "other-section"
    """A section of the same town hall at its own screen."""
    REGISTER_CLERK = "register-clerk"
    SUPERVISOR = "supervisor"
    """支援措置責任者."""
    MAYOR = "mayor"
    """Another municipality, under the Act's notices or as a body that may be told (art. 30-6, 30-7(4), (6))."""
    HUB = "hub"
    """Prefecture or centre."""
    LISTED_BODY = "listed-body"
    """A body of the appendices or of an ordinance, after `law.decide` allowed its question."""
    AUTHORITY = "authority"
    VERIFIER = "verifier"


class Output(StrEnum):
    """For what support is asked (支援を求められている事務, standard j160)."""

    INSPECTION = "inspection"
    COPIES = "copies"
    SUPPLEMENT = "supplement"


class Word(IntEnum):
    """The word on an output, the stricter the higher."""

    ALLOWED = 0
    EXAMINE = 1
    """An error until the supervisor has examined the request and releases it (審査の結果…エラーを解除, j440)."""
    REFUSED = 2
    """No release."""


class WayOut(StrEnum):
    """A way on which data of a person leave an office."""

    COPY = "copy"
    REMOVED_RECORD_COPY = "removed-record-copy"
    CERTIFICATE_OF_ITEMS = "certificate-of-items"
    ADDRESS_SUPPLEMENT = "address-supplement"
    INSPECTION = "inspection"
    WIDE_AREA_COPY = "wide-area-copy"
    KIOSK = "kiosk"
    ONLINE_APPLICATION = "online-application"
    MOVING_OUT_CERTIFICATE = "moving-out-certificate"
    CODE_NOTICE = "code-notice"
    CARD = "card"
    OWN_RECORD = "own-record"
    PROVISION_RECORDS = "provision-records"
    OTHER_SECTION_SCREEN = "other-section-screen"
    REGISTER_SCREEN = "register-screen"
    RESTRAINT_DATABASE = "restraint-database"
    RESTRAINT_LIST = "restraint-list"
    HIT_COUNT = "hit-count"
    REGISTER_EXPORT = "register-export"
    IDENTITY_QUERY = "identity-query"
    BULK_CHECK = "bulk-check"
    FOLLOWED_PERSONS = "followed-persons"
    CHANGE_NOTICE = "change-notice"
    TRANSFER_CONFIRMED = "transfer-confirmed"
    CARD_STATE = "card-state"
    INDIVIDUAL_NUMBER = "individual-number"
    RECONCILIATION = "reconciliation"
    RECORD_ERROR = "record-error"
    TRANSFER_RECORD = "transfer-record"
    MOVE_IN_NOTICE = "move-in-notice"
    ADDRESS_SUPPLEMENT_NOTICE = "address-supplement-notice"
    RESIDENT_RECORD_NOTICE = "resident-record-notice"
    RESTRAINT_NOTICE = "restraint-notice"
    CERTIFICATE = "certificate"
    REVOCATION_GROUND = "revocation-ground"
    VERIFIER_STATUS = "verifier-status"


class Way(NamedTuple):
    """One row: what the way is called, for which output support must be asked to bear on it, who gets it, and why."""

    way: WayOut
    japanese: str
    output: Output | None
    """None: a restraint bears on it whatever support was asked for."""
    allowed: frozenset[Asker]
    examined: frozenset[Asker]
    source: str
    """Article or standard section under which it goes out or is examined; a refusal stands on `REFUSAL_SOURCE`."""
    messages: tuple[str, ...] = ()
    """Messages that carry it, by type name."""
    noted: bool = False
    """Whether a note of the restraint goes along where the profile has notes."""
    of_housemate: frozenset[Asker] = frozenset()
    """Who gets it examined, besides `examined`, about somebody unprotected who lives with a protected person."""

    def word(self, asker: Asker) -> Word:
        """The table's word for an asker, if the restraint bears on this way."""
        if asker in self.allowed:
            return Word.ALLOWED
        return Word.EXAMINE if asker in self.examined else Word.REFUSED

    def releasable(self, asker: Asker) -> bool:
        """Whether two persons can release it for that asker at all."""
        return self.word(asker) is Word.EXAMINE or asker in self.of_housemate


REFUSAL_SOURCE = "standard j410, j440; Act 12(6), 12-3, 20(5)"
"""An error without release; who may refuse what for an unjust purpose."""


def _way(
    way: WayOut,
    japanese: str,
    source: str,
    *,
    output: Output | None = None,
    allowed: tuple[Asker, ...] = (),
    examined: tuple[Asker, ...] = (),
    messages: str = "",
    noted: bool = False,
    of_housemate: tuple[Asker, ...] = (),
) -> Way:
    askers = frozenset(allowed), frozenset(examined)
    return Way(way, japanese, output, *askers, source, tuple(messages.split()), noted, frozenset(of_housemate))


_VICTIM, _AGENT, _FAMILY, _BODY = Asker.VICTIM, Asker.VICTIM_AGENT, Asker.FAMILY, Asker.PUBLIC_BODY
_MAYOR, _HUB, _LISTED, _AUTHORITY = Asker.MAYOR, Asker.HUB, Asker.LISTED_BODY, Asker.AUTHORITY
_DESK = (Asker.REGISTER_CLERK, Asker.SUPERVISOR)
_ON_PAPER = (_VICTIM, _AGENT, _FAMILY, Asker.PROFESSIONAL, Asker.THIRD_PARTY, _BODY)
_COPIES = Output.COPIES

_ROWS: tuple[Way, ...] = (
    _way(WayOut.COPY, "住民票の写し", "Act 12 to 12-3; standard j440", output=_COPIES, examined=_ON_PAPER),
    _way(WayOut.REMOVED_RECORD_COPY, "除票の写し", "standard j160, j440, j50", output=_COPIES, examined=_ON_PAPER),
    _way(WayOut.CERTIFICATE_OF_ITEMS, "住民票記載事項証明書", "Act 12 to 12-3; standard j440", output=_COPIES, examined=_ON_PAPER),
    _way(
        WayOut.ADDRESS_SUPPLEMENT, "戸籍の附票の写し", "Act 20; standard j160, j440", output=Output.SUPPLEMENT, examined=_ON_PAPER
    ),
    _way(WayOut.INSPECTION, "住民基本台帳の一部の写しの閲覧", "Act 11; standard j440, j1320", output=Output.INSPECTION, examined=(_BODY,)),
    _way(
        WayOut.WIDE_AREA_COPY, "住民票の写しの広域交付", "Act 12-4(6); standard j410", output=_COPIES,
        messages="WideAreaCopyRequest WideAreaCopy",
    ),
    _way(WayOut.KIOSK, "自動交付機", "standard j410", output=_COPIES),
    _way(WayOut.ONLINE_APPLICATION, "オンライン申請・住民の画面", "standard j410; mission X7", output=_COPIES),
    _way(WayOut.MOVING_OUT_CERTIFICATE, "転出証明書", "Act 24, 26; 令23; standard j660", examined=(_VICTIM, _AGENT, _FAMILY)),
    _way(WayOut.CODE_NOTICE, "住民票コード通知票", "Act 30-2(3), 30-3(5); standard j890", examined=(_VICTIM, _AGENT)),
    _way(WayOut.CARD, "住民基本台帳カードの交付", "Act 30-44; 令30-15", examined=(_VICTIM,), of_housemate=(_AGENT,)),
    _way(WayOut.OWN_RECORD, "自己の本人確認情報の開示", "Act 30-37", examined=(_VICTIM,)),
    _way(
        WayOut.PROVISION_RECORDS, "提供状況の開示", "mission P6", allowed=(_MAYOR, _HUB), examined=(_VICTIM,),
        messages="ProvisionRecordsRequest ProvisionRecords",
    ),
    _way(WayOut.OTHER_SECTION_SCREEN, "他課の照会画面", "mission X7"),
    _way(WayOut.REGISTER_SCREEN, "住民票の照会画面", "standard j160, j380", allowed=_DESK),
    _way(
        WayOut.RESTRAINT_DATABASE, "支援措置のデータベース", "standard j160, j380, j440", allowed=(Asker.SUPERVISOR,),
        examined=(Asker.REGISTER_CLERK,),
    ),
    _way(WayOut.RESTRAINT_LIST, "抑止対象者一覧", "standard j1290", allowed=_DESK),
    _way(WayOut.HIT_COUNT, "検索結果の件数", "standard j410", allowed=_DESK),
    _way(WayOut.REGISTER_EXPORT, "住民データの出力・連携", "standard j420, j1190", allowed=_DESK),
    _way(
        WayOut.IDENTITY_QUERY, "本人確認情報の即時提供", "Act 30-6 to 30-8", allowed=(_MAYOR, _HUB, _LISTED),
        messages="IdentityQuery ForwardedQuery IdentityAnswer", noted=True,
    ),
    _way(
        WayOut.BULK_CHECK, "本人確認情報の一括提供", "Act 30-7(3), (4), 30-8", allowed=(_LISTED,),
        messages="BulkOpen BulkChunk BulkStatus BulkRelease BulkResult", noted=True,
    ),
    _way(
        WayOut.FOLLOWED_PERSONS, "継続確認対象者の異動の提供", "Act 30-7(3)", allowed=(_LISTED,), messages="Follow Unfollow FeedPull Feed",
        noted=True,
    ),
    _way(WayOut.CHANGE_NOTICE, "本人確認情報の通知", "Act 30-5, 30-11", allowed=(_HUB,), messages="IdentityChange", noted=True),
    _way(WayOut.TRANSFER_CONFIRMED, "転出確定通知", "令13(3)", allowed=(_HUB,), messages="TransferConfirmed"),
    _way(
        WayOut.CARD_STATE, "カードの状態", "令30-24; the Rules 43", allowed=(_MAYOR, _HUB, _LISTED, _AUTHORITY),
        messages="CardEvent CardStateQuery CardState",
    ),
    _way(
        WayOut.INDIVIDUAL_NUMBER, "個人番号の生成", "Number Act 8", allowed=(_MAYOR, _HUB),
        messages="IndividualNumberRequest IndividualNumber",
    ),
    _way(
        WayOut.RECONCILIATION, "整合性確認", "Act 30-5; standard j1100", allowed=(_MAYOR, _HUB),
        messages="BucketSums BucketSumsAre BucketRecords HeldRecords BucketCards HeldCards",
    ),
    _way(WayOut.RECORD_ERROR, "誤りの通報", "Act 12-5, 30-11(5)", allowed=(_MAYOR, _HUB), messages="RecordError"),
    _way(WayOut.TRANSFER_RECORD, "転出証明書情報", "Act 24-2; 令24-2", allowed=(_MAYOR,), messages="TransferRecordRequest TransferRecord"),
    _way(WayOut.MOVE_IN_NOTICE, "転入通知", "Act 9(1)", allowed=(_MAYOR,), messages="MoveInNotice"),
    _way(
        WayOut.ADDRESS_SUPPLEMENT_NOTICE, "附票記載事項通知・本籍転属通知", "Act 19", allowed=(_MAYOR,),
        messages="AddressSupplementNotice SupplementMismatch SupplementTransfer",
    ),
    _way(WayOut.RESIDENT_RECORD_NOTICE, "住民票記載事項通知", "Act 9(2)", allowed=(_MAYOR,), messages="ResidentRecordNotice"),
    _way(WayOut.RESTRAINT_NOTICE, "支援措置の転送", "standard j160", allowed=(_MAYOR,), messages="RestraintNotice"),
    _way(
        WayOut.CERTIFICATE, "電子証明書の発行", "JPKI Act 3", allowed=(_AUTHORITY,), examined=(_VICTIM,),
        messages="CertificateRequest Certificate CertificateRevocation",
    ),
    _way(
        WayOut.REVOCATION_GROUND, "異動等失効情報", "Act 30-11(9); JPKI Act 12", allowed=(_HUB, _AUTHORITY),
        messages="CertificateHolder RevocationGround RevocationGrounds",
    ),
    _way(
        WayOut.VERIFIER_STATUS, "失効情報の提供", "JPKI Act 17 to 21", allowed=(Asker.VERIFIER,),
        messages="VerifierStatusQuery VerifierStatus",
    ),
)  # fmt: skip

WAYS: Mapping[WayOut, Way] = MappingProxyType({row.way: row for row in _ROWS})
"""The table."""

MESSAGE_WAYS: Mapping[str, WayOut] = MappingProxyType({message: row.way for row in _ROWS for message in row.messages})
"""The way of each message that carries data of a person."""

_NO_PERSON = """
CodePoolRequest CodePool RelayKeyRequest RelayKey OutboxPosition OutboxPositionIs DirectoryPull DirectoryGiven Directory
OfficeEnrol EnrolmentState OfficeChange OfficeSuspend OfficeClose WitnessCheckpoint Cosignature Quarantined
SelfInspectionReport Guidance GuidanceGiven GuidanceAnswer FirewallRules Alarm SavingsReport SeatCall
"""
NO_PERSON: frozenset[str] = frozenset(_NO_PERSON.split())
"""Messages that carry nothing about a resident."""
