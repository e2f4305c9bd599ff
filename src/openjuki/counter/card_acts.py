"""What a clerk does with a resident's card: items of each act, what they make (カードの申請・届出, Act art. 30-44; 令30の13-23)."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from openjuki.card.holder import CardKind
from openjuki.card.life import CardStanding
from openjuki.counter.card_given import LOADED, OFFERED, WITH_PIN, Field, Given
from openjuki.counter.language import mark
from openjuki.offices.card_applications import GONE, Applicant, Application, Ground, Proof, Receiver
from openjuki.offices.card_issue_fees import Exemption
from openjuki.offices.card_issue_handover import Confirmed, HandOver
from openjuki.offices.office import Office, Then
from openjuki.procedures import card_issue, card_life
from openjuki.procedures.card_life import ContinuedCard, FoundReport, HandedIn, LossReport, PinRequest, ServiceChange
from openjuki.register.dates import calendar_date, from_era
from openjuki.register.errors import InvalidInput, Say
from openjuki.terminal import agent
from openjuki.terminal.agent_making import LoadService, UnloadService

PROOFS = {
    Proof.PHOTO_DOCUMENT.value: mark("官公署発行の写真付き書類"), Proof.OTHER_DOCUMENT.value: mark("その他の書類"),
    Proof.REPLY.value: mark("照会書の回答書"), Proof.STATUS_DOCUMENT.value: mark("戸籍など法定代理人の資格を示す書類"),
    Proof.NAMING.value: mark("委任状など本人の指定を示す書類"),
}  # fmt: skip
RECEIVERS = {
    Receiver.HOLDER.value: mark("本人"), Receiver.STATUTORY.value: mark("法定代理人"), Receiver.NAMED.value: mark("本人が指定した者"),
}  # fmt: skip
KINDS = {CardKind.WITH_PHOTO.value: mark("写真付き"), CardKind.NAME_ONLY.value: mark("写真なし（氏名のみ）")}
GROUNDS = {
    Ground.FIRST.value: mark("新規"), Ground.RENEWAL.value: mark("満了前3月以内"), Ground.NOTES_FULL.value: mark("追記欄の余白なし"),
    Ground.NEEDED.value: mark("市区町村長が必要と認めるとき"), Ground.LOST.value: mark("紛失"), Ground.BURNT.value: mark("焼失"),
    Ground.DAMAGED.value: mark("著しい損傷"), Ground.BROKEN.value: mark("機能の損失"),
}  # fmt: skip
EXEMPTIONS = {
    "": mark("免除なし"), Exemption.AGED.value: mark("高齢者"), Exemption.WELFARE.value: mark("生活保護受給者"),
    Exemption.DISABILITY.value: mark("障害者手帳所持者"), Exemption.OFFICES_FAULT.value: mark("市区町村の責めによる再交付"),
}  # fmt: skip


class Act(NamedTuple):
    """One act: its title and article, its items, what they make, the procedure's step; `at_the_agent` what the holder does there first."""

    title: str
    law: str
    fields: tuple[Field, ...]
    make: Callable[[Given], Any]
    step: Callable[..., None]
    at_the_agent: Callable[[Given, Any], agent.Request] | None = None
    """From the form and what `before` gave."""
    at_the_agent_words: str = mark("本人が端末で暗証番号を入力する")
    before: Callable[[Office, Any, Then], None] | None = None
    fee: bool = False
    """Whether what is to be paid is shown."""


def _chosen(given: Given, name: str, kind: Any) -> Any:
    """The value chosen of an enumeration. InvalidInput by item."""
    typed = given.visit.item(name)
    if typed not in {one.value for one in kind}:
        raise InvalidInput(name, Say("is not chosen.", "選ばれていません。"), Say("Choose one.", "選んでください。"))
    return kind(typed)


def _proofs(given: Given) -> frozenset[Proof]:
    shown = given.visit.form.getlist("proof")
    return frozenset(proof for proof in Proof if proof.value in shown)


def _alive(given: Given) -> str:
    """Number of the card that is not over. InvalidInput if there is none."""
    if given.person.alive is None:
        raise InvalidInput(
            "card", Say("there is none that is valid.", "有効なカードがありません。"), Say("Look again.", "確かめてください。")
        )
    return given.person.alive.card_id


def _application(given: Given) -> tuple[Application, bytes]:
    visit, ground, kind = given.visit, _chosen(given, "ground", Ground), _chosen(given, "kind", CardKind)
    alive = given.person.alive
    old = alive.card_id if alive and ground is not Ground.FIRST and ground not in GONE else ""
    taken = calendar_date(from_era(visit.item("photo_taken_on"), "photo_taken_on"), "photo_taken_on").isoformat() if given.photo else ""
    applicant = Applicant(_chosen(given, "receiver", Receiver), _proofs(given), visit.item("agent"))
    application = Application(
        given.person.record.code, kind, ground, bool(visit.item("signed")), bool(visit.item("jpki")), applicant, taken,
        bool(visit.item("photo_fits")), old, _exemption(given), visit.item("note"), _services(given),
    )  # fmt: skip
    return application, given.photo if kind is CardKind.WITH_PHOTO else b""


def _exemption(given: Given) -> Exemption | None:
    """Why no fee is taken. InvalidInput if its reason is not written down."""
    if not given.visit.item("exemption"):
        return None
    if not given.visit.item("note"):
        reason = Say("the reason of the exemption is missing.", "免除の理由がありません。")
        raise InvalidInput("note", reason, Say("Write down what was shown.", "確認した書類などを記入してください。"))
    exemption: Exemption = _chosen(given, "exemption", Exemption)
    return exemption


def _services(given: Given) -> tuple[int, ...]:
    """Places of the services that are chosen."""
    return tuple(int(one) for one in given.visit.form.getlist("services") if isinstance(one, str) and one.isascii() and one.isdigit())


def _place(given: Given) -> int:
    """Place of the service that is chosen. InvalidInput if none is."""
    typed = given.visit.item("service")
    if not (typed.isascii() and typed.isdigit()):
        raise InvalidInput("service", Say("is not chosen.", "選ばれていません。"), Say("Choose one.", "選んでください。"))
    return int(typed)


def _service(given: Given, *, off: bool) -> ServiceChange:
    return ServiceChange(_alive(given), _place(given), _proofs(given), off)


def _withdrawn(given: Given) -> int:
    if given.person.application is None:
        raise InvalidInput("card", Say("nothing is applied for.", "申請がありません。"), Say("Look again.", "確かめてください。"))
    return given.person.application.number


def _apply(office: Office, operator: str, asked: tuple[Application, bytes], then: Then) -> None:
    card_issue.apply(office, operator, *asked, then)


def _loss(given: Given) -> LossReport:
    birth = from_era(given.visit.item("birth"), "birth")
    return LossReport(given.person.record.code, given.visit.item("name"), birth, bool(given.visit.item("by_phone")))


def _found(given: Given) -> FoundReport:
    return FoundReport(_alive(given), _proofs(given))


def _pin(given: Given) -> PinRequest:
    return PinRequest(_alive(given), _proofs(given))


def _service_pin(given: Given) -> PinRequest:
    return PinRequest(_alive(given), _proofs(given), service=_place(given))


def _returned(given: Given) -> HandedIn:
    card = given.person.to_return
    return HandedIn(card.card_id if card else _alive(given), given.visit.item("why"))


def _continued(given: Given) -> ContinuedCard:
    told, kind = given.told, _chosen(given, "kind", CardKind)
    if told is None:
        return ContinuedCard("", "", kind is CardKind.WITH_PHOTO, "")
    return ContinuedCard(told.card_id, told.code, kind is CardKind.WITH_PHOTO, told.last_day, told.certificate)


def _destroyed(given: Given) -> str:
    """Number of the card that was handed in and is still there. InvalidInput if there is none."""
    there = [card.card_id for card in given.person.cards if card.life.told is CardStanding.RETURNED]
    if not there:
        raise InvalidInput("card", Say("none was handed in.", "返納されたカードがありません。"), Say("Look again.", "確かめてください。"))
    return there[0]


def _hand_over(given: Given) -> tuple[HandOver, Confirmed]:
    making, visit = given.person.making, given.visit
    if making is None:
        raise InvalidInput("card", Say("none was made.", "作成したカードがありません。"), Say("Have it made.", "先に作成してください。"))
    alive = given.person.alive
    hand_over = HandOver(
        making.order.card_id, _chosen(given, "receiver", Receiver), _proofs(given), visit.number("paid_yen"), visit.item("agent"),
        visit.item("why"), alive.card_id if alive else "",
    )  # fmt: skip
    told = given.told
    return hand_over, Confirmed(told.card_id, told.code, told.certificate) if told else Confirmed("", "")


def _complete(office: Office, operator: str, asked: tuple[HandOver, Confirmed], then: Then) -> None:
    card_issue.complete_hand_over(office, operator, *asked, then)


def _every_pin(given: Given, _: Any) -> agent.SetPins:
    making = given.person.making
    services = tuple(agent.ServicePin(one.number, one.name) for one in making.services if one.with_pin) if making else ()
    return agent.SetPins(0, every=True, jpki=bool(making and making.jpki), birth=_birth(given), services=services)


def _one_pin(given: Given, _: Any) -> agent.SetPins:
    return agent.SetPins(0, birth=_birth(given))


def _pin_of_service(given: Given, _: Any) -> agent.SetServicePin:
    chosen = next(service for service in given.person.with_pin if service.place == _place(given))
    return agent.SetServicePin(_alive(given), agent.ServicePin(chosen.place, chosen.name), _birth(given))


def _birth(given: Given) -> str:
    birth = given.person.record.birth
    return "" if birth.endswith("-00") or "/" in birth else birth


_PROOF = Field("proof", mark("確認した書類"), "many", PROOFS, need=True)
_RECEIVER = Field("receiver", mark("窓口に来た者"), "one", RECEIVERS, need=True)
_AGENT = Field("agent", mark("代理人の氏名"))
_WHY = Field("why", mark("事由"), need=True)
ACTS: Mapping[str, Act] = {
    "apply": Act(
        mark("カードの交付申請"), mark("法 第30条の44、令 第30条の13から第30条の18まで"),
        (
            Field("kind", mark("様式"), "one", KINDS, need=True), Field("ground", mark("申請の事由"), "one", GROUNDS, need=True),
            Field("jpki", mark("電子証明書も申請する"), "yes"), Field("signed", mark("署名又は記名押印がある"), "yes"),
            _RECEIVER, _AGENT, _PROOF, Field("photo", mark("写真（JPEG・PNG）"), "photo"),
            Field("photo_taken_on", mark("写真の撮影日")), Field("photo_fits", mark("無帽・正面・無背景で、本人の写真である"), "yes"),
            Field("services", mark("条例利用サービス（希望するものだけ搭載します）"), "many", OFFERED),
            Field("exemption", mark("手数料の免除"), "one", EXEMPTIONS), Field("note", mark("免除の理由・備考")),
        ),
        _application, _apply,
    ),
    "hand-over": Act(
        mark("カードの交付"), mark("令 第30条の15、規則 第36条"),
        (_RECEIVER, _PROOF, Field("paid_yen", mark("収納した手数料（円）"), need=True), _AGENT, Field("why", mark("本人が来られない理由"))),
        _hand_over, _complete, _every_pin, before=lambda office, asked, then: card_issue.prepare_hand_over(office, asked[0], then),
        fee=True,
    ),
    "lost": Act(
        mark("紛失届（一時停止）"), mark("法 第30条の44"),
        (
            Field("name", mark("申し出た氏名"), need=True), Field("birth", mark("申し出た生年月日"), need=True),
            Field("by_phone", mark("電話による届出"), "yes"),
        ),
        _loss, card_life.report_loss,
    ),
    "found": Act(mark("発見届（一時停止の解除）"), mark("法 第30条の44"), (_PROOF,), _found, card_life.report_found),
    "pin": Act(
        mark("暗証番号の再設定"), mark("法 第30条の44、規則 第36条"), (_PROOF,), _pin, card_life.pin_set, _one_pin,
        before=card_life.check_pin,
    ),
    "continue": Act(
        mark("カードの継続利用"), mark("法 第30条の44第6項、令 第30条の20第3号"), (Field("kind", mark("様式"), "one", KINDS, need=True),),
        _continued, card_life.continue_use, lambda given, _: agent.Confirm(0),
    ),
    "withdraw": Act(mark("交付申請の取下げ"), mark("令 第30条の13"), (), _withdrawn, card_issue.withdraw),
    "service-on": Act(
        mark("条例利用サービスの追加"), mark("法 第30条の44第12項、令 第30条の25"),
        (Field("service", mark("条例利用サービス"), "one", OFFERED, need=True), _PROOF), lambda given: _service(given, off=False),
        card_life.service_changed, lambda given, order: LoadService(_alive(given), order, _birth(given)),
        mark("カードを入れてサービスを搭載する"),
        card_life.prepare_service,
    ),
    "service-pin": Act(
        mark("条例利用サービスの暗証番号の再設定"), mark("法 第30条の44第12項、令 第30条の25"),
        (Field("service", mark("条例利用サービス"), "one", WITH_PIN, need=True), _PROOF), _service_pin, card_life.pin_set,
        _pin_of_service, before=card_life.check_pin,
    ),
    "service-off": Act(
        mark("条例利用サービスの削除"), mark("法 第30条の44第12項、令 第30条の25"),
        (Field("service", mark("条例利用サービス"), "one", LOADED, need=True), _PROOF), lambda given: _service(given, off=True),
        card_life.service_changed, lambda given, order: UnloadService(_alive(given), order.number),
        mark("カードを入れてサービスを削除する"),
        card_life.prepare_service,
    ),
    "destroy": Act(mark("返納されたカードの廃棄"), mark("令 第30条の23"), (), _destroyed, card_life.destroy),
    "return": Act(mark("カードの返納"), mark("令 第30条の21、規則 第41条"), (_WHY,), _returned, card_life.hand_in),
}  # fmt: skip
"""By the last part of its address."""
