"""Inspection of a part of the register at the window: taken, decided, the list shown (閲覧, Act art. 11, 11-2; standard j1320)."""

from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.copies import one_of
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.offices import inspections
from openjuki.offices.inspections import Filed, Inspection, InspectionGround
from openjuki.procedures import inspection
from openjuki.procedures.inspection import InspectionVerdict, ShownList
from openjuki.register.dates import from_era
from openjuki.register.errors import InvalidInput, OpenJukiError, Say
from openjuki.register.identity import Sex

DRAFT, LISTED_MAX = "inspection", 100
GROUNDS = {
    InspectionGround.PUBLIC_BODY: Say("an organ of state or a local body (11(1))", "国・地方公共団体の機関（法11条1項）"),
    InspectionGround.INVESTIGATION: Say("such an organ, to investigate a crime (11(2)2)", "犯罪捜査等（法11条2項2号）"),
    InspectionGround.RESEARCH: Say("statistics, polls, research (11-2(1)1)", "統計調査・世論調査・学術研究（法11条の2第1項1号）"),
    InspectionGround.WELFARE: Say("a public association, for welfare (11-2(1)2)", "公共的団体の福祉活動（同項2号）"),
    InspectionGround.RESIDENCE: Say("confirming where somebody lives (11-2(1)3)", "居住関係の確認（同項3号）"),
}
DECIDED = {None: Say("not decided", "未決定"), True: Say("granted", "認める"), False: Say("refused", "認めない")}
STEPS = {"granted": Say("granted", "認める"), "refused": Say("refused", "認めない"), "shown": Say("list shown", "閲覧")}
SEXES = {"": Say("both", "男女とも"), "1": Say("men", "男"), "2": Say("women", "女")}


async def listed(visit: Visit) -> Response:
    """The applications, the newest first."""
    found: list[Filed] = await visit.read(Done.REQUEST_SHOWN, "inspections", lambda t: inspections.listed(t, LISTED_MAX))
    return visit.page("inspections.html", filed=found, grounds=GROUNDS, decided=DECIDED)


async def new(visit: Visit) -> Response:
    """Who asks for which part of the register, for what, who will look, and how what they see is kept."""
    fault: OpenJukiError | None = None
    await visit.take_up(DRAFT)
    if visit.request.method == "POST":
        try:
            number, _ = await visit.enter_once("inspection", inspection.apply, _application(visit))
            await visit.drop_draft(DRAFT)
            return visit.go(f"/inspections/{number}")
        except InvalidInput as error:
            fault = error
    return visit.page("inspection_new.html", 422 if fault else 200, fault=fault, grounds=GROUNDS, sexes=SEXES)


def _application(visit: Visit) -> Inspection:
    """What the form says. InvalidInput by item."""
    days = {item: from_era(visit.item(item), item) if visit.item(item) else "" for item in ("born_from", "born_until")}
    return Inspection(
        ground=one_of(visit.item("ground"), GROUNDS, "ground"), applicant=visit.item("applicant"), purpose=visit.item("purpose"),
        inspectors=_lines(visit, "inspectors"), towns=_lines(visit, "towns"), identity_checked=visit.item("identity_checked") == "yes",
        safekeeping=visit.item("safekeeping"), sex=Sex(int(visit.item("sex"))) if visit.item("sex") in ("1", "2") else Sex.UNKNOWN,
        **days,
    )  # fmt: skip


def _lines(visit: Visit, item: str) -> tuple[str, ...]:
    return tuple(text for line in visit.item(item).splitlines() if (text := line.strip(" 　\r")))


async def one(visit: Visit) -> Response:
    """One application, what was done about it, and what is to be done."""
    number = visit.number("number")
    filed: Filed = await visit.read(Done.REQUEST_SHOWN, inspections.case_of(number), lambda t: inspections.filed(t, number))
    return visit.page("inspection.html", filed=filed, grounds=GROUNDS, decided=DECIDED, steps=STEPS, sexes=SEXES)


async def decide(visit: Visit) -> Response:
    """The mayor's word, with its ground."""
    number = visit.number("number")
    verdict = InspectionVerdict(number, visit.item("proper") == "yes", visit.item("ground"))
    await visit.enter_once(f"{inspections.case_of(number)} decided", inspection.grant, verdict)
    return visit.go(f"/inspections/{number}")


async def show(visit: Visit) -> Response:
    """The list, for who looks at it here; each look is on record with who stood on it."""
    number, office = visit.number("number"), visit.window.office
    made: ShownList = await visit.window.call(inspection.show, office, visit.operator, number)
    filed: Filed = await visit.read(Done.REQUEST_SHOWN, inspections.case_of(number), lambda t: inspections.filed(t, number))
    return visit.page("inspection_list.html", filed=filed, lines=made.lines)


PAGES = (
    Page("/inspections", listed, CLERKS, ("GET",)),
    Page("/inspections/new", new, CLERKS),
    Page("/inspections/{number}", one, CLERKS, ("GET",)),
    Page("/inspections/{number}/decide", decide, CLERKS, ("POST",)),
    Page("/inspections/{number}/list", show, CLERKS, ("POST",)),
)
