"""A storm of commands against a card, and a judge who knows what may come out (コマンドの乱射試験; promises C3, C7).

The judge keeps a picture of his own of what is granted, from commands and status words alone, and looks for canaries in every answer:
private numbers of keys and PINs never, protected contents only while their PIN is granted, the resident record code never (no command of
the storm opens a channel).
"""

import os
import random
from collections import Counter

from cryptography.hazmat.primitives.asymmetric import rsa

from openjuki.card.algorithms import load_private
from openjuki.card.chip import MANAGER_AID
from openjuki.card.image import open_image
from openjuki.card.layouts import (
    AUTH_PIN,
    FACE_AGE_PIN,
    FACE_AID,
    FACE_DATA,
    FACE_PIN_B,
    JPKI_AID,
    JUKI_AID,
    JUKI_PIN,
    SIGN_CERTIFICATE,
    SIGN_PASSWORD,
    SUPPORT_AID,
    SUPPORT_ITEMS,
    SUPPORT_PIN,
    SUPPORT_PIN_B,
    service_aid,
)  # fmt: skip
from openjuki.card.personalisation import era_birth, reference_number
from openjuki.card.system import HANDLERS, CardSystem
from openjuki.terminal.card_file import MemoryFiles
from tests.card.cards import CODE, PINS, issued_files, order

LIFE, OPENED_EVERY = 250, 50
"""Commands until the next copy of the card: its PINs are blocked by then, and a blocked card tells little."""
RESET = None
AIDS = (MANAGER_AID, JPKI_AID, FACE_AID, SUPPORT_AID, JUKI_AID, service_aid(0), service_aid(1), b"", b"\xa0\x00")
NUMBER = reference_number(order()).encode()
VALUES = (
    PINS.authentication.encode(), PINS.signature.encode(), PINS.support.encode(), PINS.juki.encode(), NUMBER, era_birth(order()).encode(),
    b"0000", b"", b"4444",
)  # fmt: skip
REFERENCES = (AUTH_PIN, SIGN_PASSWORD, FACE_AGE_PIN, FACE_PIN_B, SUPPORT_PIN, SUPPORT_PIN_B, JUKI_PIN, 0x11, 0x16, 0x17)
RIGHT = (
    (JPKI_AID, AUTH_PIN, PINS.authentication), (JPKI_AID, SIGN_PASSWORD, PINS.signature), (FACE_AID, FACE_PIN_B, NUMBER.decode()),
    (SUPPORT_AID, SUPPORT_PIN, PINS.support), (SUPPORT_AID, SUPPORT_PIN_B, NUMBER.decode()),
)  # fmt: skip
WINDOW = 12


class Judge:
    """Looks at commands and answers; `faults` tells what came out that may not."""

    def __init__(self, files):
        memory = open_image(MemoryFiles(files.image, files.chip), os.urandom).memory
        self.never = [CODE.encode(), bytes.fromhex("0" + CODE), files.chip[:32]]
        for application in memory.applications.values():
            for key in application.keys.values():
                self.never += [number[at : at + WINDOW] for number in private_numbers(key.private) for at in (3, len(number) // 2)]
            self.never += [pin.value for pin in application.pins.values() if len(pin.value) > 4 and pin.value != NUMBER]
        self.guarded = [
            (aid, number, {(aid, reference) for reference in references})
            for aid, number, references in (
                (JPKI_AID, SIGN_CERTIFICATE, (SIGN_PASSWORD,)), (FACE_AID, FACE_DATA, (FACE_PIN_B,)),
                (SUPPORT_AID, SUPPORT_ITEMS, (SUPPORT_PIN, SUPPORT_PIN_B)),
            )
        ]  # fmt: skip
        self.conditions = self._conditions(memory)
        self.faults, self.opened = [], 0
        self.forget()

    def _conditions(self, memory):
        """Every string of bytes that stands in a guarded file and in no other: which grants it may come out under."""
        found, elsewhere, guarded = {}, set(), {(aid, number) for aid, number, _ in self.guarded}
        for application in memory.applications.values():
            for number, file in application.files.items():
                if (application.aid, number) not in guarded:
                    elsewhere |= windows(file.content)
        for aid, number, needed in self.guarded:
            for window in windows(memory.applications[aid.hex()].files[number].content) - elsewhere:
                found[window] = found.get(window, set()) | needed
        return found

    def forget(self):
        """Power on, reset, another card: nothing is granted."""
        self.aid, self.current, self.granted = MANAGER_AID, 0, set()

    def hear(self, apdu, answer):
        """One exchange."""
        status, data = answer[-2:], answer[:-2]
        if len(apdu) >= 4 and apdu[1] == 0xA4 and status == b"\x90\x00":
            self._select(apdu)
        if data_of(apdu) and apdu[1] == 0x20 and (status[0] == 0x63 or status in (b"\x90\x00", b"\x69\x84")):
            reference = self.current if apdu[3] == 0x80 else apdu[3] & 0x1F
            self.granted.discard((self.aid, reference))
            if status == b"\x90\x00":
                self.granted.add((self.aid, reference))
        if data:
            self._look(apdu, data)

    def _select(self, apdu):
        data = data_of(apdu)
        if apdu[2] == 0x04:
            self.granted, self.aid, self.current = set(), data or MANAGER_AID, 0
        elif apdu[2] == 0x00 and data in (b"", b"\x3f\x00"):
            self.forget()
        else:
            self.current = int.from_bytes(data, "big")

    def _look(self, apdu, data):
        if any(secret in data for secret in self.never):
            self.faults.append(("secret", bytes(apdu).hex()))
        for at in {0, len(data) // 2}:
            needed = self.conditions.get(data[at : at + WINDOW])
            if needed:
                self.opened += 1
                if not self.granted & needed:
                    self.faults.append(("unguarded", bytes(apdu).hex()))


def data_of(apdu):
    """The data of a command whose lengths the card has found right; read here anew, so that the judge does not share the card's errors."""
    if len(apdu) <= 5 or (apdu[4] == 0 and len(apdu) == 7):
        return b""
    if apdu[4] == 0:
        return bytes(apdu[7 : 7 + int.from_bytes(apdu[5:7], "big")])
    return bytes(apdu[5 : 5 + apdu[4]])


def windows(content):
    """Every string of so many bytes in it."""
    return {content[at : at + WINDOW] for at in range(len(content) - WINDOW + 1)}


def private_numbers(der):
    """The numbers of a key that nobody may see; those of its public part are left out."""
    if not der:
        return
    key = load_private(der)
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        for number in (numbers.p, numbers.q, numbers.d, numbers.dmp1, numbers.dmq1, numbers.iqmp):
            yield number.to_bytes((number.bit_length() + 7) // 8, "big")
    else:
        number = key.private_numbers().private_value
        yield number.to_bytes(32, "big")


def random_command(draw):
    """Any bytes, a likely class and instruction in front more often than chance would have it."""
    length = draw.choice((4, 5, 6, 7, 9, 12, 20, 40, 80, 260))
    apdu = bytearray(draw.randbytes(length))
    apdu[0] = draw.choice((0x00, 0x80, 0x0C, 0x8C, 0x08, 0x88, apdu[0]))
    if draw.random() < 0.5 and length > 5:
        apdu[4] = length - draw.choice((5, 6)) & 0xFF
    return bytes(apdu)


def grammar_command(draw):
    """A command that makes sense, or nearly: real applications, files, PINs right and wrong, every instruction, all lengths."""
    kind = draw.random()
    if kind < 0.14:
        return bytes((0, 0xA4, 4, draw.choice((0x0C, 0x00, 0x04)))) + _body(draw, draw.choice(AIDS))
    if kind < 0.30:
        return bytes((0, 0xA4, draw.choice((2, 0)), 0x0C)) + _body(draw, draw.choice(range(0x20)).to_bytes(2, "big"))
    if kind < 0.42:
        return bytes((0, 0x20, 0, draw.choice((0x80, 0x80 | draw.choice(REFERENCES))))) + _body(draw, draw.choice(VALUES))
    if kind < 0.72:
        short = (0x80 | draw.choice((1, 2, 3, draw.randrange(0x20))), draw.choice((0, 0, draw.randrange(256))))
        place = short if draw.random() < 0.5 else (0, draw.choice((0, 1, 40, 255)))
        return bytes((draw.choice((0, 0, 0, 8, 12)), 0xB0, *place)) + draw.choice((b"\x00", b"\x20", b"\x00\x00\x00", b"\x00\x10\x00"))
    cla, ins = draw.choice(list(HANDLERS))
    p2 = draw.choice((0x00, 0x80, 0x0C, 0xBE, 0x80 | draw.randrange(0x20), draw.randrange(256)))
    data = draw.choice((b"", draw.randbytes(draw.choice((1, 8, 16, 32, 51, 200))), b"\x4f\x02\xa0\x00", draw.choice(VALUES)))
    secure = draw.choice((0, 0, 0, 0x08, 0x0C))
    return bytes((cla | secure, ins, draw.choice((0, 1, 2, 0x40, 0x80, draw.randrange(256))), p2)) + _body(draw, data)


def opening(draw):
    """Three commands: select an application, verify its right PIN, read a file: so guarded files come out with their condition."""
    aid, reference, value = draw.choice(RIGHT)
    read = bytes((0, 0xB0, 0x80 | draw.choice((1, 2)), draw.randrange(4), 0))
    return bytes((0, 0xA4, 4, 0x0C, len(aid))) + aid, bytes((0, 0x20, 0, 0x80 | reference, len(value))) + value.encode(), read


def _body(draw, data):
    expected = draw.choice((b"", b"", b"\x00"))
    if draw.random() < 0.1:
        return b"\x00" + len(data).to_bytes(2, "big") + data + draw.choice((b"", b"\x00\x00"))
    return (bytes((len(data),)) + data if data else b"") + expected


def commands(seed, count, kind):
    """So many commands of one kind, the same for the same seed; RESET among them begins a new card's life."""
    draw = random.Random(seed)
    left = count
    while left:
        yield RESET
        for step in range(min(LIFE, left)):
            if kind is grammar_command and step % OPENED_EVERY < 3:
                yield opening(random.Random(f"{seed} {left} {step // OPENED_EVERY}"))[step % OPENED_EVERY]
            else:
                yield kind(draw)
        left -= min(LIFE, left)


def storm(seed, count, kind):
    """Feeds the commands to cards in this process: how often each status word, faults, guarded contents that came out."""
    files = issued_files()
    judge, heard, card = Judge(files), Counter(), None
    for apdu in commands(seed, count, kind):
        if apdu is RESET:
            card = CardSystem(MemoryFiles(files.image, files.chip), os.urandom)
            judge.forget()
            continue
        answer = card.transmit(apdu)
        heard[answer[-2:].hex()] += 1
        judge.hear(apdu, answer)
        if card.dead:
            judge.faults.append(("dead", apdu.hex()))
            break
    return heard, judge.faults, judge.opened
