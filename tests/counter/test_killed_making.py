"""The country killed (kill -9) while a card is made at the window: gone on with, or void; never two valid ones (発行中の停電; C1, C8)."""

import os
import sqlite3
import threading
from contextlib import closing, contextmanager, suppress

import msgspec
import pytest

from openjuki.card.life import CardEventKind
from openjuki.card.memory import CardState
from openjuki.card.sandbox_authority import COUNTER
from openjuki.card.sandbox_cards import drawn_number
from openjuki.card.system import CardSystem
from openjuki.offices.card_told import CardTold
from openjuki.offices.municipality import decode_record
from openjuki.register.errors import NotReady
from openjuki.terminal.agent import Agent
from openjuki.terminal.agent_link import serve
from openjuki.terminal.agent_making import Maker
from openjuki.terminal.authority_folder import AUTHORITY_FOLDER, read_authority
from openjuki.terminal.card_file import CardFiles
from openjuki.terminal.card_making import Factory, make_blank
from openjuki.terminal.door import InProcessDoor
from tests.counter.card_at_the_desk import PATIENCE_S, Holder, pairing, read_card, until
from tests.counter.running_country import AIRA, DAY, KAGOSHIMA_PREFECTURE, Clerk
from tests.counter.test_card_making import PINS, applied, looked, made, opened
from tests.counter.test_card_person import SHOWN, after_agent, cards_page
from tests.counter.test_killed_server import Server

pytestmark = pytest.mark.slow
IN_AN_AREA = 20
"""The command at which the first area of a card is under way: look, channel, install, key, contents, PIN."""


class KilledInAnArea(InProcessDoor):
    """A reader at whose n-th command the country falls: the card does it, and goes on with its area; nobody hears of it."""

    def __init__(self, card, server):
        super().__init__(card)
        self.server, self.left = server, IN_AN_AREA

    def transmit(self, apdu):
        self.left -= 1
        if self.left == 0:
            self.server.kill()
        return super().transmit(apdu)


class KilledWhenOpened(InProcessDoor):
    """The country falls with the very step that makes the card one: the journal's last line is never written."""

    def __init__(self, card, server):
        super().__init__(card)
        self.server, self.up = server, True

    def transmit(self, apdu):
        answer = super().transmit(apdu)
        if self.up and self.card._chip.memory.state is CardState.SECURED:
            self.up = False
            self.server.kill()
        return answer


class Town:
    """A country in a process of its own, its card desk beside it: papers, blank cards, what its registers say."""

    def __init__(self, folder):
        self.folder, self.server = folder / "country", Server(str(folder / "country"))
        self.server.start()
        self.authority = read_authority(self.folder / AUTHORITY_FOLDER, DAY)
        self.cards = folder

    def clerk(self):
        host = self.server.address(AIRA).removeprefix("http://")
        clerk = Clerk(int(host.rpartition(":")[2]), host)
        clerk.get("/login")
        assert clerk.post("/login", operator="madoguchi-1", password=self.server.password(AIRA, "madoguchi-1")).status == 303
        return clerk

    def again(self):
        """Started again after its fall; a clerk who logs in anew."""
        self.server.process.wait(PATIENCE_S)
        self.server.start()
        return self.clerk()

    def blank(self):
        """A blank card of this country, and its number."""
        number = drawn_number(os.urandom)
        make_blank(self.files(number), number, self.authority, Factory(self.authority, None, os.urandom, DAY))
        return number

    def files(self, number):
        return CardFiles(self.cards / number)

    def card(self, number):
        """That card with power."""
        return CardSystem(self.files(number), os.urandom)

    def read(self, office, sql, *values):
        """Rows of an office's register, from beside it."""
        with closing(sqlite3.connect(f"file:{self.folder}/offices/{office}/register.db?mode=ro", uri=True)) as register:
            return register.execute(sql, values).fetchall()

    def people(self):
        """Residents, as the register has them."""
        records = [decode_record(body) for (body,) in self.read(AIRA, "SELECT record FROM person ORDER BY id")]
        return [record for record in records if record.status.value == 1]

    def lines(self, number):
        """The journal of that card."""
        return [stage for (stage,) in self.read(AIRA, "SELECT stage FROM card_issue_step WHERE card_id = ? ORDER BY id", number)]

    def issued(self):
        """Cards that the prefecture was told were handed over, with the codes told with them."""
        told = [msgspec.msgpack.decode(body, type=CardTold) for (body,) in self.read(KAGOSHIMA_PREFECTURE, "SELECT body FROM card_told")]
        return {(one.card, one.code) for one in told if one.kind is CardEventKind.ISSUED}

    def valid(self, clerk, record):
        """How many cards that person's page calls valid."""
        return clerk.get(cards_page(clerk, record)).text.count(">有効</span>")

    @contextmanager
    def agent(self, clerk, door, *pins):
        """The desk's agent, paired with the page; when the office falls, it says so and ends."""
        clerk.get("/card-desk")
        code, port = pairing(clerk.post("/card-desk/pair", follow=True).text)
        papers = self.authority.terminal(AIRA, COUNTER, os.urandom, DAY)
        agent = Agent(door, papers, Holder(*pins), lambda: DAY, Maker(door, papers, self.authority, os.urandom))

        def dial():
            with suppress(NotReady):
                serve(agent, "127.0.0.1", port, code, lambda: None)

        thread = threading.Thread(target=dial)
        thread.start()
        until(lambda: clerk.get("/card-desk"), lambda said: "つながっています" in said.words)
        yield
        with suppress(OSError):  # if it fell
            clerk.get("/card-desk")
            clerk.post("/card-desk/part")
        thread.join(PATIENCE_S)
        assert not thread.is_alive()

    def falls_while_making(self, clerk, path, door):
        """The card is read and its making begun; the country is down before it is over. A clerk of the one that comes after."""
        with self.agent(clerk, door):
            form = looked(clerk, path)
            clerk.post(f"{path}/make", reading=form.hidden("reading"))
            assert self.server.process.wait(PATIENCE_S) == -9
        return self.again()

    def handed_over(self, clerk, record, number):
        """The person sets the PINs and takes the card; what the page of their cards says then."""
        path, items = f"{cards_page(clerk, record)}/hand-over", {"paid_yen": "500", **SHOWN}
        with self.agent(clerk, InProcessDoor(self.card(number)), *PINS):
            went = read_card(clerk, path, **items)
        return after_agent(clerk, went, path, "カードと暗証番号で本人を確認しました", **items)


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.server.kill()


def test_a_country_that_falls_while_it_makes_cards_goes_on_with_one_and_makes_the_other_void_and_each_person_has_one(town):
    first, second = town.people()[:2]
    clerk = town.clerk()
    path, number = applied(clerk, first), town.blank()
    for reader in (KilledInAnArea, KilledWhenOpened):
        clerk = town.falls_while_making(clerk, path, reader(town.card(number), town.server))
        path = opened(clerk, first)
        seen = clerk.get(path)
        assert "作成の途中です" in seen.words and number in seen.words and town.valid(clerk, first) == 0
    assert town.lines(number) == ["begun", "securing"]
    other = town.blank()
    with town.agent(clerk, InProcessDoor(town.card(other))):
        refused = made(clerk, path)
        assert refused.status == 422 and "別のカードを作成中" in refused.words
    with town.agent(clerk, InProcessDoor(town.card(number))):
        assert "カードができました" in made(clerk, path).words
    assert town.lines(number) == ["begun", "securing", "issued"]
    assert number in town.handed_over(clerk, first, number).words and town.valid(clerk, first) == 1

    path, broken = applied(clerk, second), town.blank()
    clerk = town.falls_while_making(clerk, path, KilledInAnArea(town.card(broken), town.server))
    path = opened(clerk, second)
    form = clerk.get(f"{path}/void")
    clerk.post(f"{path}/void", once=form.hidden("once"), card=broken, why="停電で中断したため", follow=True)
    with town.agent(clerk, InProcessDoor(town.card(broken))):
        refused = made(clerk, path)
        assert refused.status == 422 and "無効か交付済みのカードです" in refused.words
    with town.agent(clerk, InProcessDoor(town.card(other))):
        assert "カードができました" in made(clerk, path).words
    assert other in town.handed_over(clerk, second, other).words
    assert (town.lines(broken), town.lines(other)) == (["begun", "void"], ["begun", "securing", "issued"])
    assert (town.valid(clerk, first), town.valid(clerk, second)) == (1, 1)
    until(lambda: clerk.get("/card-making"), lambda _: town.issued() == {(number, first.code), (other, second.code)})
    with town.agent(clerk, InProcessDoor(town.card(broken))):
        assert read_card(clerk, "/moves/in/card").status != 303  # no desk takes it for a card
