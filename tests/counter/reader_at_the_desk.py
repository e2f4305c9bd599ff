"""Desks whose card lies in a real reader: vpcd behind pcscd, and `openjuki card agent` at it as a program (窓口の読取り装置)."""

import re
import subprocess
import sys

from openjuki.offices.card_issue import Making
from openjuki.procedures import card_issue
from openjuki.simulation.story_steps.card_desk import AUTHORITY, CARDS, CardDesk, desk_at
from openjuki.simulation.story_steps.stage import Stage
from tests.counter.browser import Desk
from tests.counter.card_at_the_desk import pairing
from tests.counter.running_country import DAY, SETAGAYA, Running
from tests.terminal.reader_room import ReaderRoom

PATIENCE_MS = 45_000
"""Programs start, a card is read, a paper is set: on a busy machine more than a page alone takes."""


class CountrysReader:
    """The reader of a country's desks: cards of that country are put in and taken out, agents of its offices stand beside it."""

    def __init__(self, room: ReaderRoom, country: Running) -> None:
        self.room, self.country = room, country
        self.cards = country.folder / CARDS
        self.making: CardDesk = country.do(desk_at(Stage(country.country), SETAGAYA))
        self._card: subprocess.Popen[str] | None = None
        self._agents: list[subprocess.Popen[str]] = []

    def issued(self, clerk: str, person: int) -> str:
        """The card of that person's open application in Setagaya, made at its desk from a blank one of the country; its number."""
        sql = "SELECT id FROM card_application WHERE person = ? AND state = 'open'"
        filed = self.country.read(SETAGAYA, lambda t: t.value(sql, person))
        card_id: str = self.country.do(self.making.new_blank())
        office, call = self.country.country.office(SETAGAYA), self.country.country.call
        making: Making = self.country.do(call(card_issue.begin, office, clerk, filed, card_id))
        self.making.issuing(card_id).make(making)
        return card_id

    def put_in(self, card_id: str) -> None:
        """The card lies in the reader, in a process of its own."""
        self._card = self.room.start(sys.executable, "-m", "tests.terminal.card_process", str(self.cards / f"{card_id}.card"))
        self.room.wait_for_card()

    def take_out(self) -> None:
        """The reader is empty."""
        if self._card is not None:
            self._card.kill()
            self._card.communicate()
            self._card = None
            self.room.wait_for_card(there=False)

    def agent(self, shown: str, office: str) -> str:
        """The agent of a desk of that office, paired by the code on the page shown; the address of its own page."""
        code, port = pairing(shown)
        papers = ("--authority", str(self.country.folder / AUTHORITY), "--office", office, "--date", DAY.isoformat())
        line = ("--connect", f"localhost:{port}", "--code", code, "--page")
        command = self.room.beside(sys.executable, "-m", "openjuki.cli.main", "card", "agent", "--reader", "0", *papers, *line)
        process = subprocess.Popen(command, env=self.room.environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self._agents.append(process)
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://\S+", said)
        assert found, said + process.stderr.read()
        return found[0]

    def close(self) -> None:
        """Everything is taken away."""
        self.take_out()
        for process in self._agents:
            process.kill()
            process.communicate()


class CardWindow:
    """A clerk's window in the browser with an agent beside it, and the holder who types at the agent's own page."""

    def __init__(self, desk: Desk, reader: CountrysReader, operator: str = "madoguchi-2") -> None:
        self.desk, self.page, self.operator = desk, desk.page, operator
        desk.page.set_default_timeout(PATIENCE_MS)
        desk.log_in(operator)
        desk.open("/card-desk")
        desk.press("F9")
        desk.wait("#pairing")
        self.agents_page = reader.agent(desk.page.content(), desk.office)
        desk.wait("main .notice.success")

    def holder_types(self, *values: str) -> None:
        """The holder, at the agent's page in the browser of the desk: one value at each question, until the agent says what came of it."""
        own = self.page.context.new_page()
        own.goto(self.agents_page)
        for value in values:
            own.wait_for_selector("#typed:focus")
            own.keyboard.insert_text(value)
            with own.expect_navigation():
                own.keyboard.press("Enter")
        own.wait_for_selector("#last")
        own.close()
        self.page.bring_to_front()

    def cards_of(self, typed: str) -> str:
        """Looks a resident up and goes to the page of their cards; its path."""
        self.desk.open("/search")
        self.desk.type(typed)
        self.desk.press("Enter")
        self.desk.wait("#record")
        self.page.click('a[href^="/cards/"]')
        self.desk.wait("main .actions")
        return "/" + self.page.url.split("/", 3)[3]

    def fill(self, path: str, *boxes: str, **texts: str) -> None:
        """Opens a form, ticks these boxes, fills these fields in."""
        self.desk.open(path)
        for box in boxes:
            self.page.check(f"#{box}")
        for name, text in texts.items():
            self.page.fill(f"#{name}", text)

    def at_the_agent(self, *values: str) -> None:
        """The form's main button sends the holder to the agent; afterwards the form stands there again, confirmed."""
        self.desk.press("F9")
        self.desk.wait("#waiting")
        self.holder_types(*values)
        self.desk.wait("main .notice.success")

    def decide(self) -> str:
        """Check page, decision, and what the page of the cards says then."""
        self.desk.press("F9")
        self.desk.wait("button[value=yes]:focus")
        self.desk.press("Enter")
        self.desk.wait("main table.people")
        return self.page.inner_text("main")
