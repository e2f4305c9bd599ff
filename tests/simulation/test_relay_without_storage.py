"""The story's wide-area copy and move in a running country: what two towns tell one another is at no hub, in no byte (中継電文; P2; N8 N9).

Words that only such messages carry are put into the family's records; then the story's own two steps run, and a clerk prints a wide-area
copy in the page, while every line is listened on: inside of TLS, and as the bytes travel.
"""

import re
import subprocess
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from openjuki.offices import relay_envelope
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.register.events import Items
from openjuki.simulation import story
from openjuki.simulation.captures import Captures, listening
from openjuki.simulation.story_people import MICHIKO, TARO
from openjuki.simulation.story_steps.move import SETAGAYA
from openjuki.simulation.story_steps.stage import Stage
from tests.counter.running_country import AIRA, CHIYODA, running
from tests.counter.test_wide_area_page import asked, identified
from tests.nodes.byte_search import found
from tests.simulation.wire_tap import APPLICATION_DATA, WireTap, records_of

pytestmark = pytest.mark.slow  # a country is started, and cards are made

HUBS = ("centre", "460001", "130001")
DAY = "2013-12-02"
RELATIONSHIP = "子（子の夫）の兄の妻（未届）の母"
"""One that the standard allows and nobody has."""
WORDS = {
    "relationship": RELATIONSHIP,
    "registered domicile": "鹿児島県姶良市鵺鼬町鑿七番地",
    "head of the family register": "鵺鼬　筆頭太郎",
    "former address": "沖縄県鵺鼬市前住所町九番地",
    "number in the national pension": "9933775144",
    "remarks": "CANARY-REMARKS-鵺鼬備考",
    "where they said they move to": "東京都世田谷区赤堤二丁目3番4号",
}
TRANSFERRED = (
    "relationship",
    "registered domicile",
    "head of the family register",
    "number in the national pension",
    "where they said they move to",
)
"""What of it goes with a transfer record (令24の3); the copy carries relationship and former address."""
ROUTES = {
    "wide-area-copy": ["131016→462250 WideAreaCopyRequest", "462250→131016 WideAreaCopy", "131016→130001→centre ForwardedQuery"],
    "move": [
        "131121→462250 TransferRecordRequest", "462250→131121 TransferRecord", "131121→462250 MoveInNotice",
        "462250→460001 TransferConfirmed", "462250→460001 IdentityChange", "460001→centre IdentityChange",
        "131121→130001 IdentityChange", "130001→centre IdentityChange",
    ],
}  # fmt: skip
RELAYED = {"WideAreaCopyRequest", "WideAreaCopy", "TransferRecordRequest", "TransferRecord", "MoveInNotice"}
TRIED = {("460001", "462250", "WideAreaCopyRequest"), ("130001", "131016", "WideAreaCopyRequest")}
STEPS = [step for step in story.STEPS if step.id in ROUTES]


class Seen(NamedTuple):
    """All that there is to search."""

    captures: Captures
    tap: WireTap
    held: dict[str, bytes]
    """By office, its tables, files and write-ahead log as they lie on the disk while it runs, and what it said in its log."""
    played: list[story.Played]
    pdf: bytes
    document: str


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> Seen:
    with running(tmp_path_factory.mktemp("relay") / "country") as country:
        stage = Stage(country.country)
        country.do(_words_are_put_in(stage))
        with ExitStack() as until_the_end:
            captures, tap = country.do(_listened_on(stage, until_the_end))
            pdf, document = _copy_is_printed(country)
            played = country.do(story.play(country.country, steps=STEPS))
            held = {office: country.do(_held(stage, office)) for office in (*HUBS, AIRA, CHIYODA, SETAGAYA)}
        return Seen(captures, tap, held, played, pdf, document)


async def _words_are_put_in(stage: Stage) -> None:
    family, office = {"registered_domicile": "registered domicile", "registered_domicile_head": "head of the family register"}, AIRA
    for name in (TARO, MICHIKO):
        record = await stage.resident(name)
        other = {"pension_number": WORDS["number in the national pension"], "remarks": WORDS["remarks"]}
        items = {item: WORDS[word] for item, word in family.items()} | {"previous_address": WORDS["former address"], "other": other}
        if name == MICHIKO:
            items["relationship"] = RELATIONSHIP
        await stage.do(correct, stage.office(office), "clerk-1", CorrectionOrder(record.code, Items(**items), DAY))


async def _listened_on(stage: Stage, until_the_end: ExitStack) -> tuple[Captures, WireTap]:
    for town in (CHIYODA, SETAGAYA):
        await stage.do(relay_envelope.key_of, stage.office(town), AIRA)  # the lines are up before anybody listens on them
    tap = WireTap()
    tap.put_on(stage.country.nodes.values())
    return until_the_end.enter_context(listening(stage.country.nodes.values())), tap


def _copy_is_printed(country) -> tuple[bytes, str]:
    clerk = country.clerk(CHIYODA)
    identity = identified(clerk, name="住基 太郎", code=country.code_of(AIRA, TARO))
    went = asked(clerk, identity, of="household", extra="relationship")
    shown = clerk.get(went.headers["location"])
    went = clerk.post(went.headers["location"].replace("/received", "/issue"), once=shown.hidden("once"))
    paper = clerk.get(went.headers["location"])
    document = re.search(r'class="code-long">(\S+)', paper.text)
    return clerk.file(f"{went.headers['location']}/file"), document[1]


async def _held(stage: Stage, office: str) -> bytes:
    said = [" ".join((tag, what)) for who, tag, what in stage.country.heard if who == office]
    return await stage.held(office) + "\n".join(said).encode()


def text_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


# -- each message with the route it took ----------------------------------------------------------------------------------


def test_the_story_says_of_each_message_which_way_it_took(seen):
    assert [(step.id, step.ok) for step in seen.played] == [("wide-area-copy", True), ("move", True)], seen.played
    for step in seen.played:
        for text in (step.what.ja, step.what.en):
            assert [route for route in ROUTES[step.id] if route not in text] == [], text
        types = {route.split()[1] for route in ROUTES[step.id]}
        told = {(one.sender, one.receiver, one.type) for one in seen.captures.passed if one.type in types - {"ForwardedQuery"}}
        passed = {f"{sender}→{receiver} {name}" for sender, receiver, name in told - TRIED}
        assert {route for route in passed if route not in step.what.ja} == set(), "a message that was captured is not said"


def test_what_towns_tell_one_another_went_from_town_to_town_only(seen):
    relayed = [one for one in seen.captures.passed if one.type in RELAYED]
    refused = [one for one in relayed if one.sender in HUBS]
    assert {(one.sender, one.receiver, one.type) for one in refused} == TRIED, "the story has two hubs try to ask, and be refused"
    relayed = [one for one in relayed if one not in refused]
    assert {one.type for one in relayed} == RELAYED
    assert not {one.receiver for one in relayed} & set(HUBS)
    for one in relayed:
        assert one.body[-64:] in seen.captures.bytes_of(one.receiver), "the search sees nothing"
        for hub in HUBS:
            assert one.body[-64:] not in seen.captures.bytes_of(hub) and one.body[-64:] not in seen.held[hub]


# -- controls: the search finds what is there -----------------------------------------------------------------------------


def test_control_the_towns_hold_the_words(seen):
    said = {word for word, _ in found(seen.held[AIRA], WORDS.values())}
    assert said == set(WORDS.values())
    moved = [WORDS[name] for name in TRANSFERRED]
    assert {word for word, _ in found(seen.held[SETAGAYA], moved)} == set(moved)
    copied = [RELATIONSHIP, WORDS["former address"]]
    assert {word for word, _ in found(seen.held[CHIYODA], copied)} == set(copied)


def test_control_the_hubs_hold_the_people_and_all_their_lines_were_listened_on(seen):
    assert not set(seen.captures.unheard) & set(HUBS)
    for hub in HUBS:
        assert found(seen.held[hub], [TARO]) and found(seen.captures.bytes_of(hub), [TARO])
        assert len(seen.held[hub]) > 100_000 and len(seen.tap.of(hub)) > len(seen.captures.bytes_of(hub)) > 1_000


def test_control_the_paper_has_the_words_and_its_town_its_number(seen):
    text = text_of(seen.pdf)
    assert WORDS["former address"] in text and "兄の妻" in text
    assert found(seen.held[CHIYODA], [seen.document])


# -- the promise ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hub", HUBS)
def test_no_file_table_or_log_of_a_hub_holds_one_of_the_words(seen, hub):
    assert found(seen.held[hub], [*WORDS.values(), seen.document]) == set()


@pytest.mark.parametrize("hub", HUBS)
def test_no_frame_to_a_hub_holds_one_of_the_words(seen, hub):
    assert found(seen.captures.bytes_of(hub), [*WORDS.values(), seen.document]) == set()


@pytest.mark.parametrize("hub", HUBS)
def test_no_piece_of_the_paper_is_at_a_hub(seen, hub):
    pieces = {seen.pdf[at : at + 32] for at in range(0, len(seen.pdf) - 32, 32)}
    assert len(pieces) > 1_000
    everything = seen.held[hub] + seen.captures.bytes_of(hub) + seen.tap.of(hub)
    common = {piece for piece in pieces if piece in everything}
    assert not {piece for piece in common if piece.strip(b"\0 0\n")}, common


def test_on_the_wire_there_is_nothing_but_encrypted_records(seen):
    for (sender, receiver), kept in seen.tap.received.items():
        records = records_of(bytes(kept))
        assert all(record.startswith(APPLICATION_DATA) for record in records), (sender, receiver)
    wire = b"".join(bytes(kept) for kept in seen.tap.received.values())
    assert found(wire, [*WORDS.values(), TARO, seen.document]) == set()
    between = len(seen.tap.received[AIRA, SETAGAYA]) + len(seen.tap.received[AIRA, CHIYODA])
    assert between > sum(len(one.body) for one in seen.captures.passed if one.type in ("WideAreaCopy", "TransferRecord"))
