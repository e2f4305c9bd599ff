"""A card that a running country issued to one of its residents, and the papers of its counter's terminal (住民のカード)."""

import asyncio
import datetime
from hashlib import shake_256
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from openjuki.card.dialogue import Terminal
from openjuki.card.memory import Right
from openjuki.card.sandbox_authority import COUNTER, SandboxAuthority
from openjuki.keys.software import make_key
from openjuki.register.record import ResidentRecord
from openjuki.simulation import declaration
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story_people import TARO
from openjuki.simulation.story_steps import card
from openjuki.simulation.story_steps.card_desk import CARDS, PASSWORD, PIN, CardDesk, desk_at
from openjuki.simulation.story_steps.stage import AIRA, Stage
from openjuki.terminal.card_file import CardFiles, MemoryFiles

RESIDENTS = 20


class ResidentsCard(NamedTuple):
    """太郎's card as Aira handed it over: its two blocks, what the register says of him, and the country's authority for cards."""

    files: MemoryFiles
    card_id: str
    record: ResidentRecord
    authority: SandboxAuthority
    day: datetime.date = STORY_DAY
    pin: str = PIN
    password: str = PASSWORD

    def terminal(self, office: str = AIRA, rights: Right = COUNTER) -> Terminal:
        """A terminal of that office, certified by the country."""
        return self.authority.terminal(office, rights, seeded, self.day)

    def papers_in(self, folder: Path, office: str = AIRA, rights: Right = COUNTER) -> list[str]:
        """The same terminal's key, certificate and trust as files, for a client in a process of its own."""
        key = make_key(seeded).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        terminal, names = self.terminal(office, rights), [folder / name for name in ("terminal.key", "terminal.certificate", "trust")]
        for path, content in zip(names, (key, terminal.certificate, terminal.trust), strict=True):
            path.write_bytes(content)
        return [str(path) for path in names]


def seeded(count: int) -> bytes:
    """The same bytes each time: so the key that was certified can be made once more."""
    return shake_256(b"a terminal of the tests").digest(count)


def issued_in_a_country(folder: Path) -> ResidentsCard:
    """A country starts, he applies, gets the card and sets his PINs: the story's own step, with its checks."""

    async def issue() -> ResidentsCard:
        async with run_country(folder, declaration.declare(residents=RESIDENTS), Calendar(STORY_DAY)) as country:
            stage = Stage(country)
            await card.play(stage)
            return await found(stage, await desk_at(stage, AIRA), folder)

    return asyncio.run(issue())


async def found(stage: Stage, desk: CardDesk, folder: Path) -> ResidentsCard:
    """His one card, as it lies in the country's folder."""
    taro = await stage.resident(TARO)
    (held,) = await desk.alive(taro.code)
    on_disk = CardFiles(folder / CARDS / f"{held.card_id}.card")
    return ResidentsCard(MemoryFiles(on_disk.read_image(), on_disk.read_chip()), held.card_id, taro, desk.authority)
