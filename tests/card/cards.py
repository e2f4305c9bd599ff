"""Test cards made once for all tests of this room; each test gets its own copy."""

import datetime
import os
from functools import lru_cache

from openjuki.card.apdu import Command, Response, parse_response
from openjuki.card.holder import CardKind, CardOrder, Holder, Issuer
from openjuki.card.memory import Right
from openjuki.card.personalisation import Pins, ServiceOrder, Stage, Work, personalise
from openjuki.card.sandbox_authority import COUNTER, REALM, new_authority
from openjuki.card.system import Blank, CardSystem, manufacture
from openjuki.terminal.card_file import MemoryFiles
from openjuki.terminal.door import InProcessDoor, converse

DAY = datetime.date(2013, 11, 22)
CODE = "12345678901"
OFFICE = "462136"
PINS = Pins(juki="1111", authentication="2222", signature="ABC123", support="3333", service="4444")
HOLDER = Holder("鹿児島　太郎", datetime.date(1980, 2, 17), "1", "鹿児島県西之表市西之表7612番地", CODE)
ISSUER = Issuer(OFFICE, "西之表市", "0997-22-1111")
SERVICE = ServiceOrder(0, "印鑑登録証", bytes(range(16)), with_pin=True)


class MemoryJournal:
    """A journal of issues without a disk."""

    def __init__(self):
        self.lines = {}

    def stage(self, card_id):
        return self.lines.get(card_id, (None, None))[1]

    def write(self, card_id, person, stage):
        self.lines[card_id] = (person, stage)

    def not_void(self, person):
        return [card_id for card_id, (whose, stage) in self.lines.items() if whose == person and stage is not Stage.VOID]


@lru_cache
def authority():
    return new_authority(os.urandom, DAY)


def order(card_id="A000000001", kind=CardKind.WITH_PHOTO):
    return CardOrder(card_id, kind, HOLDER, ISSUER, DAY, datetime.date(2023, 11, 21), "8642", photo=b"\x00\x00\x00\x0cjP  photo")


def work(card_id="A000000001", journal=None, kind=CardKind.WITH_PHOTO, **more):
    more.setdefault("services", (SERVICE,))
    return Work("person 1", order(card_id, kind), PINS, authority(), journal or MemoryJournal(), **more)


def blank(card_id="A000000001", files=None):
    files = files or MemoryFiles()
    made = Blank(card_id, REALM, authority().trust, DAY.isoformat())
    manufacture(files, os.urandom, made, lambda aid, public: authority().card(card_id, aid, public))
    return files


def terminal(rights=COUNTER, office=OFFICE, day=DAY, **more):
    return authority().terminal(office, Right(rights), os.urandom, day, **more)


@lru_cache
def _made():
    files = blank()
    door = InProcessDoor(CardSystem(files, os.urandom))
    converse(door, personalise(work(), terminal()))
    return files.image, files.chip


def issued_files():
    """The two blocks of an issued card; a copy that no other test writes to."""
    return MemoryFiles(*_made())


def issued():
    return CardSystem(issued_files(), os.urandom)


def door(card=None):
    return InProcessDoor(card or issued())


def say(card, *apdus):
    """Sends commands, as hexadecimal digits or as `Command`; the last answer."""
    answer = Response(b"", 0)
    for apdu in apdus:
        data = apdu.encode() if isinstance(apdu, Command) else bytes.fromhex(apdu)
        answer = parse_response(card.transmit(data))
    return answer


def status(card, *apdus):
    return f"{say(card, *apdus).status:04X}"
