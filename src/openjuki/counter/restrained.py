"""Restraints at the window: applications, decisions, and releases that two persons give (支援措置; standard j160, j410, j440, j1290)."""

import re

from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.residents import person_meant
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.law.restraint import EndGround, work
from openjuki.law.ways_out import Asker, Output, WayOut
from openjuki.nodes import document_orders
from openjuki.offices import municipality, restraint_guard, restraint_of_cards, restraints
from openjuki.offices.operators import Role
from openjuki.offices.restraint_guard import About, AskedRelease
from openjuki.offices.restraints import Abuser, Application, Held, Protected
from openjuki.offices.store import Transaction
from openjuki.procedures import restraint_notice
from openjuki.procedures.restraint_notice import RestraintDecision
from openjuki.register.dates import from_era
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError, Say
from openjuki.register.record import ResidentRecord

SUPERVISORS = frozenset({Role.SUPERVISOR})
NOT_KEPT = Conflict(
    "slip",
    Say("it is made already, or nothing keeps it back.", "作成済みか、止まっていません。"),
    Say("See the page of notices.", "通知票の画面を確かめてください。"),
)
OUTPUTS = {
    Output.COPIES: Say("copies of the resident record", "住民票の写し等の交付"),
    Output.SUPPLEMENT: Say("copies of the address supplement", "戸籍の附票の写しの交付"),
    Output.INSPECTION: Say("inspection of the register", "住民基本台帳の閲覧"),
}
CONFIRM, RENEW, END = "confirm", "renew", "end"
STEPS = {
    CONFIRM: Say("Confirm: the need was found", "確定する（必要性を確認した）"),
    RENEW: Say("Renew for another year", "一年延長する"),
    END: Say("End it", "終了する"),
}
GROUNDS = {
    EndGround.WITHDRAWN: Say("withdrawn by the protected person", "本人の申出"),
    EndGround.NOT_RENEWED: Say("term passed and not renewed", "期間満了（延長なし）"),
    EndGround.NOT_NEEDED: Say("not needed any more", "必要がなくなった"),
}
WORKS = {
    "decide-provisional": Say("decide on the provisional restraint", "仮支援措置の決定"),
    "renewal-open": Say("ask whether to renew", "延長の確認"),
    "renewal-overdue": Say("term has passed: decide", "期間経過（決定が必要）"),
}


async def listed(visit: Visit) -> Response:
    """Whom restraints protect here, what is due, and releases that wait (抑止対象者一覧)."""
    office = visit.window.office

    def look(transaction: Transaction) -> tuple[list[Held], list[AskedRelease]]:
        return restraints.listed(transaction, office.today()), restraint_guard.releases_waiting(transaction)

    held, waiting = await visit.read(Done.RESTRAINTS_SHOWN, "", look)
    due = {one.number: [WORKS[item.value] for item in sorted(work(one.restraint, office.today()))] for one in held}
    may = visit.here.operator.role is Role.SUPERVISOR
    return visit.page("restraints.html", held=held, waiting=waiting, due=due, may=may, steps=STEPS, grounds=GROUNDS, outputs=OUTPUTS)


async def accept(visit: Visit) -> Response:
    """An application of a resident for themself and members of the household: it holds from this moment on."""
    person = person_meant(visit, visit.request.path_params["handle"])

    def look(transaction: Transaction) -> tuple[ResidentRecord, list[ResidentRecord], str]:
        record = municipality.record_of(transaction, person)
        card = restraint_of_cards.waiting(transaction, visit.window.office, person)
        return record, municipality.members(transaction, record.household), card

    record, members, card = await visit.read(Done.FORM_OPENED, f"restraint person {person}", look)
    fault: OpenJukiError | None = None
    if visit.request.method == "POST":
        try:
            await visit.enter_once(f"restraint person {person}", restraint_notice.accept, _application(visit, record, members))
            return visit.go("/restraints")
        except InvalidInput as error:
            fault = error
    return visit.page("restraint_new.html", 422 if fault else 200, record=record, members=members, card=card, outputs=OUTPUTS, fault=fault)


def _application(visit: Visit, record: ResidentRecord, members: list[ResidentRecord]) -> Application:
    chosen = [record, *(one for one in members if one.person != record.person and str(one.person) in visit.form.getlist("member"))]
    outputs = frozenset(output for output in Output if output.value in visit.form.getlist("output"))
    name, birth = visit.item("abuser"), visit.item("abuser_birth")
    abuser = Abuser(name, from_era(birth, "abuser_birth") if birth else "", visit.item("note"))
    return Application(
        protected=tuple(Protected(one.name, one.birth, one.sex) for one in chosen), outputs=outputs,
        abusers=(abuser,) if name else (), offices=tuple(re.findall(r"[0-9]{6}", visit.item("offices"))), contact=visit.item("contact"),
    )  # fmt: skip


async def decide(visit: Visit) -> Response:
    """The supervisor's decision on one restraint."""
    number, word = visit.number("number"), visit.item("step")
    if word not in STEPS:
        raise InvalidInput("step", Say("nothing was chosen.", "選ばれていません。"), Say("Choose one.", "一つ選んでください。"))
    because = next((ground for ground in EndGround if ground.value == visit.item("because")), None) if word == END else None
    await visit.enter_once(f"restraint {number} {word}", restraint_notice.decide, RestraintDecision(number, word, because))
    return visit.go("/restraints")


async def release_card(visit: Visit) -> Response:
    """One person asks that a card may be handed over to whom it names, or to `taker`; the supervisor agrees on the page of restraints."""
    person, office = person_meant(visit, visit.request.path_params["handle"]), visit.window.office
    why, taker = visit.item("reason"), visit.item("taker")
    await visit.write_once(
        f"release card person {person}", lambda t: restraint_of_cards.ask_release(t, office, visit.operator, person, why, taker)
    )
    return visit.go("/restraints")


async def release_slip(visit: Visit) -> Response:
    """One person asks that a code notice which is kept back may be made; the supervisor agrees on the page of restraints."""
    office, number, why = visit.window.office, visit.number("number"), visit.item("reason")

    def ask(transaction: Transaction) -> int:
        kept = next((one for one in document_orders.slips_kept_back(transaction, office) if one.number == number), None)
        if kept is None:
            raise NOT_KEPT
        way, about = WayOut.CODE_NOTICE, [About(kept.person)]
        return restraint_guard.ask_release(transaction, office, visit.operator, way, Asker.VICTIM, about, kept.case, why)

    await visit.write_once(f"release slip {number}", ask)
    return visit.go("/restraints")


async def agree(visit: Visit) -> Response:
    """The second person agrees to a release; it shuts by itself."""
    office, number = visit.window.office, visit.number("number")
    await visit.write_once(f"release {number}", lambda t: restraint_guard.agree(t, office, visit.operator, number))
    return visit.go("/restraints")


PAGES = (
    Page("/restraints", listed, CLERKS, ("GET",)),
    Page("/restraints/new/{handle}", accept, CLERKS),
    Page("/restraints/card/{handle}", release_card, CLERKS, ("POST",)),
    Page("/restraints/slip", release_slip, CLERKS, ("POST",)),
    Page("/restraints/decide", decide, SUPERVISORS, ("POST",)),
    Page("/restraints/agree", agree, SUPERVISORS, ("POST",)),
)
