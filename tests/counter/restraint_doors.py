"""Every door of the running software through which somebody may ask about a resident, for each part of an asker (支援措置の出口; X7).

A door takes the country, whom the question is about and the part of who asks; what comes out is all that the asker hears.
"""

import csv
import itertools
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from openjuki.law.policy import Field
from openjuki.law.ways_out import Asker, WayOut
from openjuki.nodes.exporting import export
from openjuki.offices.copy_requests import Authority, Evidence, Party
from openjuki.offices.hub_search import QueryKey
from openjuki.procedures import identity_query
from openjuki.procedures.code_reminder import CodeReminder, remind
from openjuki.procedures.identity_query import IdentityQuery
from openjuki.register.errors import OpenJukiError
from tests.counter.restraint_scene import ABUSER, ABUSER_BIRTH, DOMICILE, HOME, TOWN, Scene, Somebody, alike, logged_in
from tests.counter.running_country import AIRA, CHIYODA, SETAGAYA
from tests.counter.test_wide_area_page import asked, identified

_turn = itertools.count(1)


class Heard(NamedTuple):
    """What comes out of a door: the status and words that the asker hears, and what the register's desk sees of it beside that."""

    status: int
    words: str
    desk: str = ""


Door = Callable[[Any, Scene, Somebody, Asker], Heard]

# -- papers at the window -------------------------------------------------------------------------------------------------

_OF_THEMSELF = {Asker.VICTIM, Asker.VICTIM_AGENT}
_AGENT = {"presenter": "代理　五郎", "authority": "proxy"}
_ABUSER = {"requester": ABUSER, "requester_birth": ABUSER_BIRTH, "ground": "own-rights"}
BY = {
    Asker.VICTIM: {"ground": "own"},
    Asker.VICTIM_AGENT: {"ground": "own", **_AGENT},
    Asker.FAMILY: {"ground": "own", "requester": "支援 家男", "requester_birth": "1974-05-03"},
    Asker.ABUSER: _ABUSER,
    Asker.ABUSER_AGENT: _ABUSER | _AGENT,
    Asker.PROFESSIONAL: {
        "ground": "professional", "requester": "弁護 士郎", "evidence": "professional-card", "profession": "弁護士", "client": "貸主 三郎",
    },
    Asker.THIRD_PARTY: {"ground": "own-rights", "requester": "貸主 三郎"},
    Asker.UNPROVEN: {"ground": "own-rights", "requester": "貸主 三郎", "evidence": ""},
    Asker.PUBLIC_BODY: {"ground": "public-body", "requester": "税務 官", "body": "鹿児島税務署", "evidence": "staff-card"},
}  # fmt: skip
"""How each of them fills in the form."""


def paper(way: WayOut) -> Door:
    """A request for a paper, decided as proper: what the requester is told, and what the clerk saw before."""

    def asked_for(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
        clerk, turn = logged_in(country), next(_turn)
        form = {"paper": way.value, "evidence": "card", "purpose": "確認", "requester": who.name, "requester_birth": who.birth}
        form |= {"subject": who.name, "subject_birth": who.birth, "subject_address": who.address} | BY[asker]
        if asker is Asker.FAMILY and who is scene.mate:
            form["requester"] = scene.her.name
        if way is WayOut.ADDRESS_SUPPLEMENT:
            form["subject_address"] = who.supplement
            if asker is Asker.FAMILY and who is not scene.mate:  # a supplement of two, and the one of them who is not protected asks for it
                found = who.name == scene.her.name
                form |= {"subject": "支援 家男" if found else who.name, "subject_address": DOMICILE if found else who.supplement}
        filed = clerk.get("/requests/new") and clerk.post("/requests/new", once=f"{way} {asker} {turn}", **form)
        if filed.status != 303:
            return Heard(filed.status, alike(filed.words, who))
        path = filed.headers["location"]
        desk = clerk.get(path).words
        said = clerk.post(f"{path}/decide", once=f"decided {turn}", proper="yes", ground="法12条")
        return Heard(said.status, alike(said.words, who), desk)

    return asked_for


def no_role(path: str) -> Door:
    """Another section opens a page that is the register's desk's."""

    def opened(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
        said = logged_in(country, "zeimu").get(path)
        return Heard(said.status, said.words)

    return opened


# -- screens --------------------------------------------------------------------------------------------------------------

OPERATORS = {Asker.OTHER_SECTION: "zeimu", Asker.REGISTER_CLERK: "madoguchi-1", Asker.SUPERVISOR: "shien"}
MARK = "支援措置"


def screen(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """The search box, by everything that it takes; for each the page that comes, or the person's own page."""
    clerk = logged_in(country, OPERATORS[asker])
    texts = []
    name = who.name.replace("　", " ")
    for typed in (name, f"{name} 昭和49年5月3日", f"{name} 1974-05-03", who.code):
        clerk.get("/search")
        said = clerk.post("/search", typed=typed, follow=True)
        texts.append(f"{said.status} {said.words.split('このページ')[0]}")
    return Heard(200, alike(" | ".join(texts), who))


def count(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """How many live at the address; the search by town and block counts."""
    clerk = logged_in(country, OPERATORS[asker])
    clerk.get("/search")
    said = clerk.post("/search", typed=who.address.removeprefix("鹿児島県姶良市"))
    return Heard(said.status, " ".join(re.findall(r"(\d+人見つかりました|該当する人はいません)", said.words)))


def restraint_pages(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """The list of protected persons, and what of the database stands beside it."""
    said = logged_in(country, OPERATORS[asker]).get("/restraints")
    return Heard(said.status, alike(said.words, who))


def exported(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """The file of all residents, its count, and the progress that is shown meanwhile."""
    office, path, counts = country.country.office(AIRA), country.folder / f"out-{next(_turn)}.csv", []

    async def run() -> Any:
        return await export(office, country.country.call, path, lambda done, total: counts.append(total), "utf-8", asker)

    done = country.do(run())
    names = [row["氏名"] for row in csv.DictReader(path.open(encoding="utf-8"))]
    path.unlink()
    return Heard(200, f"{who.name in names} {len(names) - done.residents} {counts[-1] - len(names)}")


# -- lists, notices, other offices ----------------------------------------------------------------------------------------


def inspected(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """An inspection of her town, granted and shown; the paper of the list. An asker whom the Act does not know gets no further."""
    public = asker is Asker.PUBLIC_BODY
    grounds = ("public-body", "investigation") if public else ("research", "welfare", "residence")
    clerk, texts = logged_in(country), []
    for ground in grounds:
        turn = next(_turn)
        form = {"ground": ground, "applicant": "申出者", "purpose": "調査", "inspectors": "調査 二郎", "towns": TOWN}
        clerk.get("/inspections/new")
        filed = clerk.post("/inspections/new", once=f"i{turn}", identity_checked="yes", safekeeping="施錠保管", **form)
        path = filed.headers["location"]
        clerk.get(path)
        clerk.post(f"{path}/decide", once=f"g{turn}", proper="yes", ground="法11条")
        clerk.get(path)
        said = clerk.post(f"{path}/list").words
        lines = re.findall(r"(\d+) 支援 (\S+)", said)
        assert lines == [("1", "隣男")], said
        texts.append(re.sub(r"inspection-\d+|/inspections/\d+|閲覧用の名簿 \d+(?= \d人)", "N", said.split("試験環境")[-1]))
    return Heard(200, " | ".join(texts))


ELSEWHERE = {Asker.VICTIM: CHIYODA, Asker.FAMILY: "462187", Asker.ABUSER: SETAGAYA, Asker.MAYOR: "132012"}
"""At which town hall they ask: each of these has a budget of questions that find nobody."""


def wide_area(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """The same at another town hall, by code and by birth date and sex: all that its clerk can tell the requester."""
    clerk, texts = logged_in(country, office=ELSEWHERE[asker]), []
    name = who.name.replace("　", " ")
    for proved in ({"code": who.code}, {"birth": "昭和49年5月3日", "sex": "2"}):
        said = asked(clerk, identified(clerk, name=name, **proved), of="self")
        texts.append(f"{said.status} {said.words}")
    return Heard(200, alike(" | ".join(texts), who))


def wide_area_of_a_member(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """Somebody of her household, who is not protected, asks for a copy that names her."""
    clerk = logged_in(country, office=ELSEWHERE[asker])
    said = asked(clerk, identified(clerk, name="支援 家男", code=scene.mate.code), of="members", members=who.name)
    return Heard(said.status, alike(said.words, who))


def code_notice(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """The notice of the code once more, by the step that the window's form will call."""
    agent = None if asker is Asker.VICTIM else Party("代理　五郎")
    authority = Authority.NONE if agent is None else Authority.PROXY
    reminder = CodeReminder(Party(who.name, HOME, who.birth), "2013-12-02", Evidence.CARD, agent, authority)
    return _step(country, remind, country.country.office(AIRA), "madoguchi-1", reminder)


def listed_body(country: Any, scene: Scene, who: Somebody, asker: Asker) -> Heard:
    """The pension body's question for its affair (Act art. 30-7)."""
    query = IdentityQuery("appendix:1:77", "年金2013-0100", "officer-1", QueryKey(code=who.code), (Field.NAME, Field.ADDRESS))
    return _step(country, identity_query.ask, country.country.office("pension"), "centre", query)


def _step(country: Any, step: Any, *arguments: Any) -> Heard:
    try:
        return Heard(200, str(country.do(country.country.call(step, *arguments))))
    except OpenJukiError as error:
        return Heard(409, error.text("ja"))


def _at_the_window(door: Door) -> dict[Asker, Door]:
    return dict.fromkeys(BY, door)


_SECTION = {Asker.OTHER_SECTION: no_role("/requests")}
_PAPERS = (WayOut.COPY, WayOut.CERTIFICATE_OF_ITEMS, WayOut.REMOVED_RECORD_COPY, WayOut.ADDRESS_SUPPLEMENT)
_NATURAL = dict.fromkeys((Asker.VICTIM, Asker.ABUSER, Asker.MAYOR), wide_area)
DOORS: dict[WayOut, dict[Asker, Door]] = {
    **{way: _at_the_window(paper(way)) | _SECTION for way in _PAPERS},
    WayOut.INSPECTION: {
        Asker.PUBLIC_BODY: inspected, Asker.THIRD_PARTY: inspected, Asker.OTHER_SECTION: no_role("/inspections"),
    },
    WayOut.WIDE_AREA_COPY: _NATURAL | {Asker.FAMILY: wide_area_of_a_member, Asker.OTHER_SECTION: no_role("/wide-area")},
    WayOut.CODE_NOTICE: {Asker.VICTIM: code_notice, Asker.VICTIM_AGENT: code_notice, Asker.OTHER_SECTION: no_role("/slips")},
    WayOut.OTHER_SECTION_SCREEN: {Asker.OTHER_SECTION: screen},
    WayOut.REGISTER_SCREEN: dict.fromkeys(OPERATORS, screen),
    WayOut.HIT_COUNT: dict.fromkeys(OPERATORS, count),
    WayOut.RESTRAINT_LIST: dict.fromkeys(OPERATORS, restraint_pages),
    WayOut.RESTRAINT_DATABASE: dict.fromkeys(OPERATORS, restraint_pages),
    WayOut.REGISTER_EXPORT: dict.fromkeys(
        (Asker.OTHER_SECTION, Asker.THIRD_PARTY, Asker.REGISTER_CLERK, Asker.SUPERVISOR), exported
    ),
    WayOut.IDENTITY_QUERY: {Asker.LISTED_BODY: listed_body},
}  # fmt: skip
"""By way and asker; a cell that is not here has no door, and `no_door` says why."""
