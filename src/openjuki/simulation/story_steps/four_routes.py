"""Step `four-routes`: each way on which the Act lets identity go, walked once (四つの提供経路と条例; N4 N7; Act art. 30-6 to 30-8)."""

from pathlib import Path
from typing import NamedTuple

from openjuki.law.policy import Field
from openjuki.nodes.ordinance_files import FOLDER
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.municipality import record_of
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.procedures import forwarded_query, identity_query
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.register.errors import Reason, Refused, Say
from openjuki.register.record import ResidentRecord
from openjuki.simulation.declaration import CAR_TAX, CENTRE, CHILD_CARE, TOKYO_HOUSING
from openjuki.simulation.story_people import AKIRA, TARO
from openjuki.simulation.story_steps.passport import OWN_USE
from openjuki.simulation.story_steps.stage import AIRA, KAGOSHIMA, PASSPORT, TAX, TOKYO, Stage, expect

PROMISES = ("N4", "N7")
PENSION, HOUSING, REAL_ESTATE, OTHER_HOUSING = "pension", "462012-housing", "13-realestate", "132012-housing"
KIRISHIMA, CHIYODA = "462187", "131016"
HOLDERS = (CENTRE, KAGOSHIMA, TOKYO, KIRISHIMA)
FILE = "story.toml"


class Ordinance(NamedTuple):
    """One affair of a council, as its file says it."""

    affair: str
    article: str
    asker: str
    department: str
    what: Say

    def text(self) -> str:
        """The file's entry."""
        _, office, name = self.affair.split(":")
        return (
            f'[[ordinance]]\nid = "{name}"\noffice = "{office}"\narticle = "{self.article}"\n'
            f'askers = ["{self.asker}"]\nbodies = ["{self.department}"]\naffair = {{ en = "{self.what.en}", ja = "{self.what.ja}" }}\n'
            'fields = ["name", "address"]\nkey_sets = [["code"], ["name", "birth"]]\nin_force_from = "2013-04-01"\n'
        )


COUNCIL_OF_KAGOSHIMA = Ordinance(CAR_TAX, "30-8(1)2", KAGOSHIMA, "鹿児島県 税務課", Say("car tax", "自動車税の賦課"))
COUNCIL_OF_KIRISHIMA = Ordinance(CHILD_CARE, "30-6", AIRA, "姶良市長", Say("child care", "保育料の決定"))
COUNCIL_OF_TOKYO = Ordinance(TOKYO_HOUSING, "30-7(6)2", "462012", "鹿児島市 住宅課", Say("public housing", "公営住宅の管理"))


async def play(stage: Stage) -> Say:
    """All of the step."""
    await by_the_appendices(stage)
    await tax_department_waits_for_its_ordinance(stage)
    await between_municipalities(stage)
    await organ_by_ordinance_of_another_prefecture(stage)
    return Say(
        "Confirmed, each with one leaf where it was disclosed: the pension body at the centre, Kagoshima City's housing at its prefecture,"
        " Tokyo's licensing at the centre, Hachioji's housing through Tokyo to the centre, own use; by ordinance Aira at Kirishima, and"
        " Kagoshima City's housing through Kagoshima at Tokyo. The tax department was refused until its ordinance was loaded.",
        "年金機構はセンター、鹿児島市住宅課は自県、東京都の免許窓口はセンター、八王子市住宅課は都を経てセンターで確認し、自県利用も確認。"
        "条例により姶良市は霧島市に、鹿児島市住宅課は県を経て東京都に照会。税務課は条例が読み込まれるまで拒否。",
    )


async def by_the_appendices(stage: Stage) -> None:
    """One affair of each of the five tables."""
    taro, akira = await stage.resident(TARO), await stage.resident(AKIRA)
    await confirmed(stage, PENSION, CENTRE, "appendix:1:77", akira)
    await confirmed(stage, HOUSING, KAGOSHIMA, "appendix:2:8", taro)
    await confirmed(stage, REAL_ESTATE, CENTRE, "appendix:3:20", taro)
    await confirmed(stage, OTHER_HOUSING, CENTRE, "appendix:4:7", taro, governor=TOKYO)
    await confirmed(stage, PASSPORT, KAGOSHIMA, OWN_USE, taro)


async def tax_department_waits_for_its_ordinance(stage: Stage) -> None:
    """Refused while Kagoshima has no such ordinance; answered once it is loaded."""
    taro, prefecture = await stage.resident(TARO), stage.office(KAGOSHIMA)
    await loaded(stage, prefecture)
    error = await stage.refusal(identity_query.ask, stage.office(TAX), KAGOSHIMA, _question(CAR_TAX, taro))
    listed = not isinstance(error, Refused) or error.code is not Reason.AFFAIR_NOT_LISTED
    expect(not listed, "N7", "the tax department was not refused.", "条例のない照会に答えました。")
    await loaded(stage, prefecture, COUNCIL_OF_KAGOSHIMA)
    await confirmed(stage, TAX, KAGOSHIMA, CAR_TAX, taro)


async def between_municipalities(stage: Stage) -> None:
    """Aira asks Kirishima, whose ordinance lets it."""
    await loaded(stage, stage.office(KIRISHIMA), COUNCIL_OF_KIRISHIMA)
    await confirmed(stage, AIRA, KIRISHIMA, CHILD_CARE, await _somebody(stage, KIRISHIMA))


async def organ_by_ordinance_of_another_prefecture(stage: Stage) -> None:
    """A department of Kagoshima City asks Tokyo through Kagoshima, which has to know Tokyo's ordinance too."""
    await loaded(stage, stage.office(KAGOSHIMA), COUNCIL_OF_KAGOSHIMA, COUNCIL_OF_TOKYO)
    await loaded(stage, stage.office(TOKYO), COUNCIL_OF_TOKYO)
    await confirmed(stage, HOUSING, TOKYO, TOKYO_HOUSING, await _somebody(stage, CHIYODA), governor=KAGOSHIMA)


async def confirmed(stage: Stage, asker: str, to: str, affair: str, resident: ResidentRecord, governor: str = "") -> None:
    """Ask; the answer is the register's, its one leaf is at the office that disclosed, and a governor keeps where it stands."""
    office, before = stage.office(asker), [await _leaves(stage, holder) for holder in HOLDERS]
    way = forwarded_query.way(office, affair)
    expect(way == (to, governor != ""), "N4", f"another way for {affair}.", f"{affair}の経路が違います。")
    step = forwarded_query.ask if way.by_own_governor else identity_query.ask
    answer: IdentityAnswer = await stage.do(step, office, to, _question(affair, resident))
    found = [(person.name, person.address) for person in answer.persons]
    expect(found == [(resident.name, resident.address)], "N4", f"not the person: {affair}.", f"{affair}で本人を確認できません。")
    grown = [await _leaves(stage, holder) - count for holder, count in zip(HOLDERS, before, strict=True)]
    expect(grown == [int(holder == to) for holder in HOLDERS], "X1", f"not one leaf: {affair}.", f"{affair}の提供の記録が違います。")
    if governor:
        last = await stage.look(governor, lambda work: work.one("SELECT asker, log, position FROM passed_on ORDER BY id DESC LIMIT 1"))
        expect(tuple(last) == (asker, answer.promise.log, answer.promise.index), "X1", "passed on unseen.", "取次ぎの記録が違います。")


async def loaded(stage: Stage, office: Office, *ordinances: Ordinance) -> None:
    """Put the story's ordinances into the office's folder, and wait until the office has read them."""
    folder = Path(office.store.path).parent / FOLDER
    folder.mkdir(exist_ok=True)
    if ordinances:
        (folder / FILE).write_text("\n".join(ordinance.text() for ordinance in ordinances), encoding="utf-8")
    else:
        (folder / FILE).unlink(missing_ok=True)
    wanted = {tuple(ordinance.affair.split(":")[1:]) for ordinance in ordinances}

    async def read() -> bool:
        held = {tuple(ordinance.id) for ordinance in office.ordinances}
        return wanted <= held if wanted else tuple(CAR_TAX.split(":")[1:]) not in held

    await stage.until(read, "N7")


def _question(affair: str, resident: ResidentRecord) -> IdentityQuery:
    key = QueryKey(code=resident.code) if affair.startswith("ordinance:") else QueryKey(name=resident.name, birth=resident.birth)
    return IdentityQuery(affair, "経路2013-1", "officer-4", key, (Field.NAME, Field.ADDRESS))


async def _somebody(stage: Stage, municipality: str) -> ResidentRecord:
    """The first resident of a town."""

    def first(transaction: Transaction) -> ResidentRecord:
        return record_of(transaction, transaction.value("SELECT id FROM person WHERE status = 1 ORDER BY id LIMIT 1"))

    record: ResidentRecord = await stage.look(municipality, first)
    return record


async def _leaves(stage: Stage, office: str) -> int:
    return int(await stage.look(office, lambda transaction: transaction.value("SELECT count(*) FROM provision")))
