"""`openjuki card show`: what a card tells, to everybody and to a counter (カードの表示; docs/card.md)."""

import datetime
import os
from pathlib import Path
from typing import Any

import click

from openjuki.card import at_the_counter
from openjuki.card.apdu import Command, Response, parse_response
from openjuki.card.dialogue import select
from openjuki.card.layouts import (
    AUTH_PIN,
    FACE_AID,
    FACE_PIN_B,
    JPKI_AID,
    JUKI_AID,
    JUKI_PIN,
    SERVICES_MAX,
    SIGN_PASSWORD,
    SUPPORT_AID,
    SUPPORT_PIN,
    service_aid,
)
from openjuki.card.sandbox_authority import LISTED_BODY
from openjuki.card.sandbox_cards import ISSUER
from openjuki.cli.card_place import any_card, authority_folder, authority_option, date_option, today
from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.register.errors import OpenJukiError
from openjuki.terminal.authority_folder import TRUST, read_authority
from openjuki.terminal.door import CardDoor, converse

STATES = {0x07: "initialised", 0x0F: "secured", 0x7F: "locked"}
APPLICATIONS = {
    "jpki": (JPKI_AID, {"authentication PIN": AUTH_PIN, "signature password": SIGN_PASSWORD}),
    "face": (FACE_AID, {"reference number": FACE_PIN_B}),
    "input support": (SUPPORT_AID, {"PIN": SUPPORT_PIN}),
    "juki net": (JUKI_AID, {"PIN": JUKI_PIN}),
} | {f"service {number}": (service_aid(number), {}) for number in range(SERVICES_MAX)}


@click.command(epilog="Example: openjuki card show my.card    カードの状態を見る")
@any_card
@authority_option
@date_option
@told
def show(teller: Teller, door: CardDoor, file: Path | None, authority: Path | None, day: datetime.datetime | None) -> None:
    """Tell what the card says without any PIN: life cycle, applications, tries left; to a terminal of its authority also its number
    and days. Never the code. 暗証番号なしで分かることを表示します（住民票コードは表示しません）。"""
    facts: dict[str, Any] = {"ok": True, "atr": door.connect().hex().upper(), "state": _state(door)}
    facts["applications"] = {name: tries for name, (aid, pins) in APPLICATIONS.items() if (tries := _tries(door, aid, pins)) is not None}
    folder = authority_folder(authority, file)
    if (folder / TRUST).exists():
        facts["card"] = _card(door, folder, today(day))
    for key, value in facts.items():
        if key != "ok":
            teller.line(f"{key:14} {value}" if not isinstance(value, dict) else f"{key}:")
        for name, inner in value.items() if isinstance(value, dict) else ():
            teller.line(
                f"  {name:14} " + (", ".join(f"{pin}: {left} left" for pin, left in inner.items()) if isinstance(inner, dict) else inner)
            )
    teller.result(facts)


def _state(door: CardDoor) -> str:
    answer = _say(door, Command(0x00, 0xCA, 0x9F, 0x70, b"", 256))
    return STATES.get(answer.data[-1], "unknown") if answer.ok else "dead"


def _tries(door: CardDoor, aid: bytes, pins: dict[str, int]) -> dict[str, int] | None:
    """Tries left of each PIN; None if the card has no such application, or does not open it."""
    if not _say(door, select(aid)).ok:
        return None
    return {name: _say(door, Command(0x00, 0x20, 0x00, 0x80 | number)).status & 0x0F for name, number in pins.items()}


def _card(door: CardDoor, folder: Path, day: datetime.date) -> dict[str, str]:
    terminal = read_authority(folder, day).terminal(ISSUER.office, LISTED_BODY, os.urandom, day)
    try:
        data = converse(door, at_the_counter.card_data(terminal))
    except OpenJukiError as error:
        return {"not told": error.item}
    days = {"first_day": data.first_day.isoformat(), "last_day": data.last_day.isoformat()}
    return {"number": data.card_id, "issuer": data.office, "kind": data.kind, **days, "expired": "yes" if day > data.last_day else "no"}


def _say(door: CardDoor, command: Command) -> Response:
    return parse_response(door.transmit(command.encode()))
