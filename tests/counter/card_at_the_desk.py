"""Cards of residents of the running country, and the agent at a clerk's desk, both real; the card is in this process (カード端末の試験)."""

import dataclasses
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import lru_cache

from openjuki.card.personalisation import personalise
from openjuki.card.system import CardSystem
from openjuki.register.errors import NotReady, Say
from openjuki.terminal.agent import Agent
from openjuki.terminal.agent_link import serve
from openjuki.terminal.agent_making import Maker
from openjuki.terminal.authority_folder import write_authority
from openjuki.terminal.card_file import CardFiles
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import DAY, PINS, authority, blank, terminal, work
from tests.counter.running_country import AIRA

PATIENCE_S = 15


@lru_cache
def card_of(code):
    """The card of the resident with this code; the same one when asked for again."""
    return CardSystem(files_of(code), os.urandom)


@lru_cache
def files_of(code):
    """What lies in that card."""
    return new_card(code)


def new_card(code, office=AIRA):
    """A card of the resident with this code, issued at this office."""
    number, files = f"A{code[:9]}", blank(f"A{code[:9]}")
    card = CardSystem(files, os.urandom)
    made = work(number, jpki=False, services=())
    order = dataclasses.replace(
        made.order, holder=dataclasses.replace(made.order.holder, code=code), issuer=dataclasses.replace(made.order.issuer, office=office)
    )
    converse(InProcessDoor(card), personalise(dataclasses.replace(made, order=order), terminal(office=office)))
    return files


class NoCard:
    """A reader without a card."""

    def connect(self):
        raise NotReady("card", Say("there is none in the reader.", "カードがありません。"), Say("Put it in.", "入れてください。"))


class Holder:
    """Who stands at the desk, and types these PINs, one at each question."""

    def __init__(self, *pins):
        self.pins, self.tries = list(pins), []

    def pin(self, purpose, tries_left):
        self.tries.append(tries_left)
        return self.pins.pop(0) if self.pins else ""

    def choose(self, purpose, *, again):
        return self.pins.pop(0) if self.pins else ""

    def agrees(self, text):
        return False

    def told(self, what):
        pass


def pairing(text):
    """Code and port that the page shows."""
    code, port = re.search(r'id="pairing">(.{4})-(.{4})<', text), re.search(r"--connect localhost:(\d+)", text)
    return code[1] + code[2], int(port[1])


@contextmanager
def agent_at(clerk, card, *pins, door=None):
    """The agent of the clerk's desk, paired by the code on the page, with this card in its reader; gives the holder."""
    holder = Holder(*(pins or (PINS.juki,)))
    clerk.get("/card-desk")
    shown = clerk.post("/card-desk/pair", follow=True).text
    thread = dial_in(shown, door or InProcessDoor(card), clerk.host.partition(".")[0], holder)
    until(lambda: clerk.get("/card-desk"), lambda said: "つながっています" in said.words)
    try:
        yield holder
    finally:
        clerk.get("/card-desk")
        clerk.post("/card-desk/part")
        thread.join(PATIENCE_S)


def dial_in(shown, door, office, holder):
    """An agent with that office's terminal papers, paired by the code that the page shows; its thread, which ends when it is sent away."""
    code, port = pairing(shown)
    papers, up = terminal(office=office), threading.Event()
    agent = Agent(door, papers, holder, lambda: DAY, Maker(door, papers, authority(), os.urandom))
    thread = threading.Thread(target=serve, args=(agent, "127.0.0.1", port, code, up.set))
    thread.start()
    assert up.wait(PATIENCE_S)
    return thread


@contextmanager
def program_at(shown, code, office, folder, *, killed=False):
    """`openjuki card agent` as a process, with that resident's card in a file, paired by the page's code; its page's address.

    In the end it is sent away by the office, or `killed` here.
    """
    on_disk, made = CardFiles(folder / "resident.card"), files_of(code)
    on_disk.write_image(made.image)
    on_disk.write_chip(made.chip)
    write_authority(folder / "authority", authority())
    pairs, port = pairing(shown)
    command = [sys.executable, "-m", "openjuki.cli.main", "card", "agent", str(on_disk.image), "--authority", str(folder / "authority")]
    command += ["--office", office, "--connect", f"localhost:{port}", "--code", pairs, "--page", "--date", DAY.isoformat()]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield re.search(r"http://\S+", process.stderr.readline())[0]
        assert killed or process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def until(look, is_so):
    """What was seen once it is so."""
    end = time.monotonic() + PATIENCE_S
    while not is_so(seen := look()):
        assert time.monotonic() < end, seen.words
        time.sleep(0.05)
    return seen


def read_card(clerk, path, **items):
    """Presses "read the card" with these items in the form, and waits until the progress page knows more: that page."""
    clerk.get(path.removesuffix("/card"))
    went = clerk.post(path, **items)
    assert went.status == 303, went.words
    if went.headers["location"] != "/card-desk/reading":
        return went
    return until(lambda: clerk.get("/card-desk/reading"), lambda said: said.status == 303 or 'id="fault"' in said.text)
