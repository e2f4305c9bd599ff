"""A temporary release in the pages: asked for by one, agreed to by another, for one request; it shuts by itself (一時解除; X7)."""

import re

import pytest

from openjuki.law.restraint import RELEASE_MS_MAX
from openjuki.offices import restraints
from tests.counter.restraint_doors import BY
from tests.counter.restraint_scene import ABUSER, NOBODY, alike, staged
from tests.counter.running_country import AIRA, Running
from tests.counter.test_papers import pdf_of

pytestmark = pytest.mark.slow  # a country is started, and started again
SHUT, OPEN, REFUSED = "支援措置責任者との二人による一時解除が必要です", "交付できます", "交付しません"
PAPERS = ("copy", "certificate-of-items", "removed-record-copy", "address-supplement")


class Moved:
    """An office's clock, so many milliseconds ahead."""

    def __init__(self, clock, ms: int) -> None:
        self.monotonic_s, self.call_later = clock.monotonic_s, clock.call_later
        self.wall_ms = lambda: clock.wall_ms() + ms


class Town:
    """Aira's window in a country that can be stopped and started on the same disk."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.start()
        self.scene = staged(self.country)

    def start(self) -> None:
        self.country = Running(self.folder)
        self.country.start()
        self.clerks = {}

    def restart(self) -> None:
        self.country.stop()
        self.start()

    def clerk(self, operator="madoguchi-1"):
        if operator not in self.clerks:
            self.clerks[operator] = self.country.clerk(AIRA, operator)
        return self.clerks[operator]

    def time_passes(self, ms: int) -> None:
        office = self.country.country.office(AIRA)
        office.clock = Moved(office.clock, ms)

    def restraints(self):
        return self.country.read(AIRA, lambda t: restraints.listed(t, self.country.calendar.day))


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    made = Town(tmp_path_factory.mktemp("release") / "country")
    yield made
    made.country.stop()


def filed(town, paper="copy", by="victim", who=None, operator="madoguchi-1"):
    """A request about her, or about `who`; its page."""
    who = who or (town.scene.gone if paper == "removed-record-copy" else town.scene.her)
    if paper == "address-supplement":
        who = who._replace(address=f"{who.supplement[:-4]}99番地1" if who is town.scene.gone else who.supplement)
    form = {"paper": paper, "evidence": "card", "purpose": "確認", "requester": who.name, "requester_birth": who.birth}
    form |= {"subject": who.name, "subject_birth": who.birth, "subject_address": who.address} | BY[by]
    clerk = town.clerk(operator)
    clerk.get("/requests/new")
    went = clerk.post("/requests/new", once=clerk.last.hidden("once"), **form)
    assert went.status == 303, went.words
    return went.headers["location"]


def desk(town, path):
    return town.clerk().get(path).words


def decided(town, path):
    clerk = town.clerk()
    page = clerk.get(path)
    return clerk.post(f"{path}/decide", once=page.hidden("once"), proper="yes", ground="法12条、本人を確認")


def asked(town, path, operator="madoguchi-1"):
    clerk = town.clerk(operator)
    page = clerk.get(path)
    return clerk.post(f"{path}/release", once=page.hidden("once"), reason="本人が来庁、写真で確認")


def number_of(town, path):
    """Of the release that waits for this request, as the supervisor's page has it; "" if it offers none to agree to."""
    case = f"copy-{path.rsplit('/', 1)[1]}"
    waiting = re.search(rf"<li>{case} /(.*?)</li>", town.clerk("shien").get("/restraints").text, re.S)
    found = re.search(r'name="number" value="(\d+)"', waiting[1]) if waiting else None
    return found[1] if found else ""


def agreed(town, path, operator="shien"):
    number = number_of(town, path)
    clerk = town.clerk(operator)
    page = clerk.get("/restraints")
    return clerk.post("/restraints/agree", once=page.hidden("once"), number=number)


def released(town, path):
    assert asked(town, path).status == 303 and agreed(town, path).status == 303


def test_one_person_alone_releases_nothing_be_it_clerk_or_supervisor(town):
    path = filed(town)
    assert SHUT in desk(town, path) and REFUSED in decided(town, path).words
    assert asked(town, path).status == 303
    assert REFUSED in decided(town, path).words, "asked for is not agreed to"
    number = number_of(town, path)
    clerk = town.clerk()
    page = clerk.get("/restraints")
    assert clerk.post("/restraints/agree", once=page.hidden("once"), number=number).status == 403
    own = filed(town, operator="shien")
    assert asked(town, own, "shien").status == 303 and number_of(town, own) == "", "no button for who asked"
    sql = "SELECT max(id) FROM restraint_release WHERE asked_by = 'shien'"
    page = town.clerk("shien").get("/restraints")
    last = str(town.country.read(AIRA, lambda t: t.value(sql)))
    said = town.clerk("shien").post("/restraints/agree", once=page.hidden("once"), number=last)
    assert said.status == 422 and "一人では解除できません" in said.words
    assert SHUT in desk(town, own) and REFUSED in decided(town, own).words


@pytest.mark.parametrize("paper", PAPERS)
def test_two_persons_release_one_request_and_nothing_beside_it(town, tmp_path, paper):
    path, beside = filed(town, paper), filed(town, paper)
    released(town, path)
    assert OPEN in desk(town, path) and SHUT in desk(town, beside)
    hers = town.scene.gone if paper == "removed-record-copy" else town.scene.her
    for by in ("victim", "third-party", "abuser"):
        refusals = [decided(town, filed(town, paper, by, who)) for who in (None, NOBODY)]
        hers_and_nobodys = [alike(alike(said.words, hers), NOBODY) for said in refusals]
        assert REFUSED in hers_and_nobodys[0] and hers_and_nobodys[0] == hers_and_nobodys[1]
    went = decided(town, path)
    assert went.status == 303, went.words
    assert hers.name.split("　")[1] in pdf_of(town.clerk(), went.headers["location"], tmp_path)


def test_the_abuser_is_released_by_nobody(town):
    path = filed(town, by="abuser")
    assert "解除もできません" in desk(town, path) and "/release" not in town.clerk().get(path).text
    said = asked(town, path)
    assert said.status == 422, said.words
    assert ABUSER not in said.words


def test_it_shuts_by_itself_and_the_restraint_stays_as_it_was(town):
    before, path = town.restraints(), filed(town)
    released(town, path)
    town.time_passes(RELEASE_MS_MAX - 5_000)
    assert OPEN in desk(town, path)
    town.time_passes(5_000)
    assert SHUT in desk(town, path) and REFUSED in decided(town, path).words
    assert town.restraints() == before and all(one.restraint.ended_on is None for one in before)


def test_a_restart_opens_nothing_and_lets_nothing_stay_open(town):
    town.restart()  # the machine's own time again: a clock that goes back opens nothing that was given later
    waiting, given, forgotten = filed(town), filed(town), filed(town)
    assert asked(town, waiting).status == 303
    for path in (given, forgotten):
        released(town, path)
    before = town.restraints()
    town.restart()
    assert SHUT in desk(town, waiting) and REFUSED in decided(town, waiting).words, "it still waits for the second person"
    assert decided(town, given).status == 303, "what was open is open for the rest of its time"
    town.restart()
    town.time_passes(RELEASE_MS_MAX)
    assert SHUT in desk(town, forgotten) and REFUSED in decided(town, forgotten).words
    assert agreed(town, waiting).status == 303 and OPEN in desk(town, waiting), "two persons, before and after"
    town.time_passes(RELEASE_MS_MAX)
    assert SHUT in desk(town, waiting)
    assert town.restraints() == before
