"""A desk of the story at which cards are made, handed over and read: real cards as files of the country (物語のカード窓口; C1-C5).

The country's authority for cards lies in its folder since the country was founded.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from openjuki.card.dialogue import Dialogue, Terminal
from openjuki.card.holder import CardKind
from openjuki.card.memory import Right
from openjuki.card.photo import drawn_person
from openjuki.card.sandbox_authority import COUNTER, REALM, SandboxAuthority
from openjuki.card.system import Blank, CardSystem, manufacture
from openjuki.offices import card_holders, municipality
from openjuki.offices.card_applications import Applicant, Application, Filed, Ground, Proof, Receiver
from openjuki.offices.card_holders import HeldCard
from openjuki.offices.card_issue import Making, StoreJournal
from openjuki.offices.card_issue_handover import Confirmed, HandOver
from openjuki.procedures.card_issue import apply, begin, complete_hand_over, prepare_hand_over
from openjuki.register.errors import NotReady, OpenJukiError, Say
from openjuki.register.record import ResidentRecord
from openjuki.simulation.story_steps.stage import AIRA, CLERK, Stage
from openjuki.terminal.authority_folder import AUTHORITY_FOLDER, read_authority
from openjuki.terminal.card_file import CardFiles
from openjuki.terminal.door import InProcessDoor, converse
from openjuki.terminal.issue_desk import IssueDesk, commit_in

CARDS, AUTHORITY = "cards", AUTHORITY_FOLDER
PIN, PASSWORD = "4713", "JUKINET2013"
SHOWN = frozenset({Proof.PHOTO_DOCUMENT})


class Typing:
    """A person of the story at the desk's own prompt: always the same PIN."""

    def choose(self, purpose: Say, *, again: bool) -> str:
        """What they type."""
        return PASSWORD if purpose.en.startswith("password") else PIN


class PulledOut(InProcessDoor):
    """A reader out of which somebody takes the card after so many commands, before the answer of the last one arrives."""

    def __init__(self, card: CardSystem, commands: int) -> None:
        super().__init__(card)
        self._left = commands

    def transmit(self, apdu: bytes) -> bytes:
        answer = super().transmit(apdu)
        self._left -= 1
        if self._left == 0:
            raise NotReady("card", Say("was taken out.", "抜かれました。"), Say("Put it in again.", "入れ直してください。"))
        return answer


class CardDesk:
    """One town's card counter."""

    def __init__(self, stage: Stage, authority: SandboxAuthority, office: str = AIRA) -> None:
        self.stage, self.authority, self.office = stage, authority, office

    def at(self, office: str) -> "CardDesk":
        """The desk of another town of the same country."""
        return CardDesk(self.stage, self.authority, office)

    def door(self, card_id: str) -> InProcessDoor:
        """The reader with this card in it."""
        door = InProcessDoor(CardSystem(self._files(card_id), os.urandom))
        door.connect()
        return door

    def _files(self, card_id: str) -> CardFiles:
        return CardFiles(self.stage.country.folder / CARDS / f"{card_id}.card")

    def terminal(self, rights: Right = COUNTER) -> Terminal:
        """The desk's terminal, certified for today."""
        return self.authority.terminal(self.office, rights, os.urandom, self.stage.country.today())

    def issuing(self, card_id: str, door: InProcessDoor | None = None) -> IssueDesk:
        """The desk as it makes cards, with this card in its reader."""
        office = self.stage.office(self.office)
        journal = StoreJournal(office, CLERK, commit_in(office))
        return IssueDesk(door or self.door(card_id), self.terminal(), self.authority, journal, os.urandom)

    async def reads(self, card_id: str, dialogue: Callable[[Terminal], Dialogue[Any]]) -> Any:
        """What comes of a dialogue of this desk with a card."""
        return await asyncio.to_thread(lambda: converse(self.door(card_id), dialogue(self.terminal())))

    async def new_blank(self) -> str:
        """A blank card from the factory; its number."""
        folder = self.stage.country.folder / CARDS
        folder.mkdir(exist_ok=True)
        number = next(number for number in range(1, 10_000) if not (folder / f"{self.office}{number:04d}.card").exists())
        card_id = f"{self.office}{number:04d}"
        blank = Blank(card_id, REALM, self.authority.trust, self.authority.day.isoformat())
        certify: Callable[[bytes, bytes], bytes] = lambda aid, public: self.authority.card(card_id, aid, public)  # noqa: E731
        await asyncio.to_thread(manufacture, self._files(card_id), os.urandom, blank, certify)
        return card_id

    async def applied(self, record: ResidentRecord, kind: CardKind, *, ground: Ground = Ground.FIRST, old: str = "") -> Filed:
        """An application of somebody who shows a paper with a photo, and brings a photo for the card that has one."""
        today, with_photo = self.stage.country.today().isoformat(), kind is CardKind.WITH_PHOTO
        application = Application(
            record.code, kind, ground, jpki=with_photo, applicant=Applicant(proofs=SHOWN), old_card=old,
            photo_taken_on=today if with_photo else "", photo_fits=with_photo,
        )  # fmt: skip
        photo = drawn_person(record.person % 10) if with_photo else b""
        filed: Filed = await self.stage.do(apply, self.stage.office(self.office), CLERK, application, photo)
        return filed

    async def begun(self, filed: Filed, card_id: str) -> Making:
        """The blank is in the reader."""
        making: Making = await self.stage.do(begin, self.stage.office(self.office), CLERK, filed.number, card_id)
        return making

    async def handed_over(self, filed: Filed, making: Making) -> HeldCard:
        """The person comes, sets the PINs at the desk's own prompt, and is confirmed with the card."""
        office, card_id = self.stage.office(self.office), making.order.card_id
        given = HandOver(card_id, Receiver.HOLDER, SHOWN, filed.fee.total_yen)
        await self.stage.do(prepare_hand_over, office, given)
        confirmed = await asyncio.to_thread(self._pins_set, making)
        held: HeldCard = await self.stage.do(complete_hand_over, office, CLERK, given, confirmed)
        return held

    def _pins_set(self, making: Making) -> Confirmed:
        desk = self.issuing(making.order.card_id)
        return desk.confirmed(desk.choose_pins(making, Typing()), self.stage.country.today())

    async def issued(self, record: ResidentRecord, kind: CardKind) -> HeldCard:
        """The person's card: the one that they have, or one asked for, made and handed over in one visit."""
        alive = await self.alive(record.code)
        if alive:
            return alive[0]
        filed = await self.applied(record, kind)
        making = await self.begun(filed, await self.new_blank())
        await asyncio.to_thread(self.issuing(making.order.card_id).make, making)
        return await self.handed_over(filed, making)

    async def alive(self, code: str) -> list[HeldCard]:
        """The person's cards that are not over, as this town knows them."""
        today = self.stage.country.today()
        look: Callable[[Any], list[HeldCard]] = lambda t: card_holders.alive_of(t, municipality.person_of_code(t, code), today)  # noqa: E731
        found: list[HeldCard] = await self.stage.look(self.office, look)
        return found

    async def held(self, card_id: str) -> HeldCard:
        """A card as this town knows it."""
        found: HeldCard = await self.stage.look(self.office, lambda transaction: card_holders.held(transaction, card_id))
        return found


async def refused(asked: Awaitable[Any]) -> bool:
    """Whether what is asked is refused."""
    try:
        await asked
    except OpenJukiError:
        return True
    return False


async def desk_at(stage: Stage, office: str = AIRA) -> CardDesk:
    """The card counter of a town."""
    folder: Path = stage.country.folder / AUTHORITY
    return CardDesk(stage, await asyncio.to_thread(read_authority, folder, stage.country.today()), office)
