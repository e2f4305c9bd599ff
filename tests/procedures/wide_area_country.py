"""A quiet country with 太郎's household in Aira and a counter in Chiyoda that asks for wide-area copies (広域交付の試験用の国)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from openjuki.nodes.tables import TABLES
from openjuki.nodes.wide_area_desk import find_code
from openjuki.offices import operator_seal, relay_envelope
from openjuki.offices.store import Store
from openjuki.offices.wide_area_evidence import request_of
from openjuki.offices.wide_area_outcomes import Copy, NotCopied
from openjuki.offices.wide_area_requests import CopyApplication
from openjuki.procedures import code_allotment, wide_area_copy
from openjuki.procedures.move_in import Arrival, MoveInNotification, move_in
from openjuki.procedures.wide_area_copy import AskedCopy, WideAreaCopy, WideAreaCopyRequest, signed_bytes
from openjuki.register.addresses import Address
from openjuki.register.errors import Reason, Refused
from openjuki.register.identity import Sex
from openjuki.register.record import ResidentRecord
from openjuki.register.wide_area_copy import CheckedBy, CopyExtra, CopyOf, PhotoDocument
from openjuki.simulation import declaration
from openjuki.simulation.quiet import QuietCountry
from openjuki.wire.message import Message
from openjuki.wire.speech import encode

AIRA, KIRISHIMA, CHIYODA = "462250", "462187", "131016"
OPEN = ("centre", "460001", "130001", AIRA, KIRISHIMA, CHIYODA, "pension")
TARO, YOSHIKO, HIKARI = "住基　太郎", "住基　美子", "住基　光"
BIRTH = "1974-05-03"
DOMICILE, HEAD = "鹿児島県姶良市鵺鼬町25番地", "鵺鼬　筆頭"
BEFORE = "東京都世田谷区前住所町三丁目"
HOME = Address(AIRA, "宮島町", "25番地")
EVERYTHING = tuple(CopyExtra)
ANSWER = bytes([0xA0 + len("WideAreaCopy")]) + b"WideAreaCopy"
"""The type of an answer as it stands in a header; the question's is longer."""


class WideAreaCountry(QuietCountry):
    """The declared small country; 太郎's family lives in Aira. What travels and what is told is kept."""

    def __init__(self, folder: Any = None, day: Any = None) -> None:
        self.told: list[tuple[str, str, str]] = []
        self._losing = False
        self.frames: dict[tuple[str, str], bytearray] = {}
        more = {"day": day} if day else {}
        super().__init__(declaration.declare().offices, wire=self._wire, listen=lambda *event: self.told.append(event), **more)
        for code in OPEN:
            office = self.offices[code]
            self.open(code, Store(":memory:" if folder is None else str(folder / f"{code}.db"), TABLES[office.kind].scripts))
        self.call(code_allotment.request, self.office(AIRA), 40)
        self.family = self.arrive(
            Arrival(TARO, BIRTH, Sex.MALE, "世帯主", registered_domicile=DOMICILE, registered_domicile_head=HEAD),
            Arrival(YOSHIKO, "1976-08-01", Sex.FEMALE, "妻", registered_domicile=DOMICILE, registered_domicile_head=HEAD),
            Arrival(HIKARI, "2010-02-03", Sex.FEMALE, "子", registered_domicile=DOMICILE, registered_domicile_head=HEAD),
        )
        self.settle()

    def _wire(self, sender: str, receiver: str, data: bytes) -> None:
        self.frames.setdefault((sender, receiver), bytearray()).extend(data)
        if self._losing and sender == AIRA and ANSWER in data:
            self._losing = False
            self.nodes[receiver].links[sender].close("cut")

    def lose_next_answer(self) -> None:
        """The line breaks when the home office has answered and before the answer arrives."""
        self._losing = True

    def office(self, code: str) -> Any:
        return self.nodes[code].office

    def settle(self, for_s: float = 3.0) -> None:
        """Let time pass."""
        self.agenda.run(lambda: False, for_s)

    def arrive(self, *arrivals: Arrival, home: Address = HOME) -> list[ResidentRecord]:
        """A household moves in at its municipality."""
        notification = MoveInNotification(arrivals, home, "2013-11-01", "2013-11-01", BEFORE)
        return self.call(move_in, self.office(home.municipality), "clerk-1", notification)

    @property
    def now_ms(self) -> int:
        return self.agenda.wall_ms()

    def application(self, **changed: Any) -> CopyApplication:
        """太郎 shows his driving licence in Chiyoda and states his code."""
        given = {
            "number": self.entropy(16), "home": AIRA, "name": TARO, "checked_by": CheckedBy.PHOTO_AND_CODE, "checked_ms": self.now_ms,
            "code": self.family[0].code, "document": PhotoDocument.DRIVING_LICENCE,
        }  # fmt: skip
        return CopyApplication(**given | changed)

    def by_birth(self, **changed: Any) -> CopyApplication:
        """太郎 does not know his code: he states birth date and sex."""
        return self.application(**{"checked_by": CheckedBy.PHOTO_AND_BIRTH, "code": "", "birth": BIRTH, "sex": Sex.MALE} | changed)

    def ask(self, application: CopyApplication | None = None, *, at: str = CHIYODA, operator: str = "clerk-7") -> Copy | NotCopied:
        """Hand in an application at a counter."""
        wanted = application or self.application()
        return self.call(wide_area_copy.ask_copy, self.office(at), operator, wanted, find_code)

    def content(self, application: CopyApplication | None = None, **more: Any) -> Any:
        """What was told; fails if nothing was."""
        outcome = self.ask(application, **more)
        assert isinstance(outcome, Copy), outcome
        return outcome.content

    def why(self, application: CopyApplication | None = None, **more: Any) -> str:
        """Why there is no copy; fails if there is one."""
        outcome = self.ask(application, **more)
        assert isinstance(outcome, NotCopied), "there is a copy"
        assert outcome.reason.en and outcome.reason.ja and outcome.remedy.en and outcome.remedy.ja
        return outcome.why.value

    def log(self, columns: str = "outcome", at: str = AIRA) -> list[Any]:
        """The home office's log, oldest first."""
        return self.look(at, f"SELECT {columns} FROM wide_area_told ORDER BY id")

    def outcomes(self) -> list[str]:
        """What the issuing office wrote down."""
        return [outcome for (outcome,) in self.look(CHIYODA, "SELECT outcome FROM wide_area_outcome ORDER BY id")]


def texts(value: Any) -> Iterable[str]:
    """Every text in a content."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from texts(one)


HOUSEHOLD = {"of": CopyOf.HOUSEHOLD, "extras": EVERYTHING}


def crafted(
    country: WideAreaCountry, *, sender: str = CHIYODA, to: str = AIRA, application: CopyApplication | None = None,
    request: Any = None, operator: Any = None, seal_as: str = "", enclosed_for: str = "",
) -> WideAreaCopyRequest:  # fmt: skip
    """A question as `sender` would send it, with parts put in its place: an attacker with that office's machine, or less."""
    office = country.office(sender)
    wanted = application or country.application()
    asked = request or request_of(wanted, wanted.code, None)
    public = country.call(relay_envelope.key_of, office, to)
    signed = operator or operator_seal.sign(office, "clerk-7", signed_bytes(office.realm, sender, to, asked))
    private = relay_envelope.new_key(office)
    payload = encode(AskedCopy(asked, signed, relay_envelope.public_of(private)))
    sealing = country.office(seal_as) if seal_as else office
    sender_seen = replace(office, sign=sealing.sign, seal_key=office.seal_key)
    body = relay_envelope.enclose(sender_seen, enclosed_for or to, WideAreaCopyRequest, payload, public)
    return WideAreaCopyRequest(public, body)


def send(country: WideAreaCountry, message: Message, *, sender: str = CHIYODA, to: str = AIRA, reply: type[Message] = WideAreaCopy) -> Any:
    """Ask another office that, on the wire; errors are raised."""
    return country.call(lambda then: country.office(sender).ask(to, message, reply, then, 5_000))


def refusal(country: WideAreaCountry, message: Message, **more: Any) -> Reason:
    """Why the other office refuses that."""
    with pytest.raises(Refused) as refused:
        send(country, message, **more)
    return refused.value.code
