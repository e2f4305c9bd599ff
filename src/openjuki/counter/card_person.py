"""A resident's cards at the window: which there are, what is done with them (住民基本台帳カードの事務, Act art. 30-44; 令30の13-30の23).

Each act is a form, a check page, a decision; where the holder sets PINs, that is done at the desk's agent in between: no PIN comes here.
"""

from base64 import b64encode
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from openjuki.card.life import CardStanding
from openjuki.card.photo import prepare
from openjuki.counter import card_desk
from openjuki.counter.audit import Done
from openjuki.counter.card_acts import ACTS, EXEMPTIONS, Act
from openjuki.counter.card_given import CardsOfPerson, Given
from openjuki.counter.language import mark
from openjuki.counter.residents import person_meant
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.offices import card_applications, card_holders, card_issue, card_issue_services, municipality
from openjuki.offices.card_applications import State
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, OpenJukiError, Say
from openjuki.terminal.agent import Confirmed, TellCard
from openjuki.terminal.agent_making import Made

STANDINGS = {
    CardStanding.MAKING: mark("作成中"), CardStanding.VALID: mark("有効"), CardStanding.SUSPENDED: mark("一時停止中"),
    CardStanding.MOVING: mark("有効（転出届出済）"), CardStanding.WAITING: mark("継続利用待ち"), CardStanding.ENDED: mark("失効"),
    CardStanding.RETURNED: mark("返納済"), CardStanding.DESTROYED: mark("廃棄済"),
}  # fmt: skip
PAST = {
    "making": mark("作成開始"), "issued": mark("交付"), "lost": mark("紛失"), "found": mark("発見"), "moved-out": mark("転出"),
    "moved-in": mark("転入"), "continued": mark("継続利用"), "ended": mark("失効"), "returned": mark("返納"), "destroyed": mark("廃棄"),
    "void": mark("作成の無効"), "pin-changed": mark("暗証番号の変更"), "pin-unlocked": mark("暗証番号の再設定"),
    "face-changed": mark("券面の記載変更"), "return-ordered": mark("返納命令"), "memento": mark("記念として交付"),
    "service-on": mark("サービスの搭載"), "service-off": mark("サービスの削除"),
}  # fmt: skip
"""What was done with a card, as the pages call it."""
_PHOTO = "card photo"


async def shown(visit: Visit) -> Response:
    """The cards of a resident, what was done with them, what may be done."""
    found = await _look(visit)
    today = visit.window.office.today()
    making = visit.handle(("card application", found.application.number)) if found.application else ""
    return visit.page("card_person.html", found=found, acts=ACTS, standings=STANDINGS, words=PAST, today=today, making=making)


async def _look(visit: Visit) -> CardsOfPerson:
    person, today = person_meant(visit, visit.request.path_params["handle"]), visit.window.office.today()

    def look(transaction: Transaction) -> CardsOfPerson:
        record, cards = municipality.record_of(transaction, person), card_holders.cards_of(transaction, person)
        alive = next((card for card in cards if card.life.standing(today) in card_holders.ALIVE), None)
        asked = next((one for one in card_applications.of_person(transaction, person) if one.state is State.OPEN), None)
        making = [card_issue.making_of(transaction, card_id) for card_id in card_issue.in_making(transaction, person)]
        past = [(card.card_id, act) for card in cards for act in card_holders.acts(transaction, card.card_id)]
        loaded = card_issue_services.on_card(transaction, alive.card_id) if alive else []
        offered = card_issue_services.offered(transaction)
        return CardsOfPerson(record, cards, alive, asked, making[0] if making else None, past, offered, loaded)

    return await visit.read(Done.RESIDENT_SHOWN, f"cards of person {person}", look)


async def act(visit: Visit) -> Response:
    """The form of an act, its check page, its decision."""
    chosen, errand, found = _act(visit), _errand(visit), await _look(visit)
    if visit.request.method == "GET" and not card_desk.take_up(visit, errand):
        visit.here.memory.pop(_PHOTO, None)
    fault: OpenJukiError | None = None
    given = await _given(visit, found, errand)
    if visit.request.method == "POST":
        try:
            made = chosen.make(given)
            if chosen.at_the_agent and not given.answered:
                return await _at_the_agent(visit, chosen, given, made)
            if visit.item("checked") == "yes":
                return await _decided(visit, chosen, made, errand)
            if visit.item("checked") == "no":
                return _form(visit, chosen, given, None)
            return _form(visit, chosen, given, None, checking=True)
        except OpenJukiError as error:
            fault = error
    return _form(visit, chosen, given, fault)


async def _decided(visit: Visit, chosen: Act, made: Any, errand: str) -> Response:
    await visit.enter_once(errand, chosen.step, made)
    card_desk.forget(visit)
    visit.here.memory.pop(_PHOTO, None)
    return visit.go(visit.path.rpartition("/")[0])


async def _at_the_agent(visit: Visit, chosen: Act, given: Given, made: Any) -> Response:
    """The office agrees, then the agent does its part with the holder; afterwards the form stands there again, to be decided."""
    agreed = await visit.window.call(chosen.before, visit.window.office, made) if chosen.before else None
    asked = chosen.at_the_agent(given, agreed) if chosen.at_the_agent else TellCard()
    return visit.go(card_desk.begin(visit, _errand(visit), asked, visit.path))


async def _given(visit: Visit, found: CardsOfPerson, errand: str) -> Given:
    upload = visit.form.get("photo")
    if isinstance(upload, UploadFile) and (content := await upload.read()):
        prepare(content)
        visit.here.memory[_PHOTO] = (errand, content)
    kept, photo = visit.here.memory.get(_PHOTO, ("", b""))
    told, made = card_desk.told(visit, errand, Confirmed), card_desk.told(visit, errand, Made)
    return Given(visit, found, photo if kept == errand else b"", told, made)


def _form(visit: Visit, chosen: Act, given: Given, fault: OpenJukiError | None, *, checking: bool = False) -> Response:
    photo = f"data:image/jpeg;base64,{b64encode(prepare(given.photo).printed).decode()}" if given.photo else ""
    context = {"act": chosen, "given": given, "found": given.person, "checking": checking, "photo": photo, "items": visit.items()}
    context |= {"fee": given.person.application.fee if chosen.fee and given.person.application else None, "exemptions": EXEMPTIONS}
    return visit.page("card_act.html", 422 if fault else 200, fault=fault, **context)


def _act(visit: Visit) -> Act:
    name = visit.request.path_params["act"]
    if name not in ACTS:
        raise Conflict("page", Say("there is no such page.", "このページはありません。"), Say("Go back.", "戻ってください。"))
    return ACTS[name]


def _errand(visit: Visit) -> str:
    person = person_meant(visit, visit.request.path_params["handle"])
    return f"card {visit.request.path_params['act']} person {person}"


PAGES = (
    Page("/cards/{handle}", shown, CLERKS, ("GET",)),
    Page("/cards/{handle}/{act}", act, CLERKS),
)
