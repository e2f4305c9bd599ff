"""Each form records what the command line records for the same items, through check page and result (異動入力の同一性)."""

from typing import Any

import msgspec
import pytest

from openjuki.counter.entry.forms import FORMS
from openjuki.nodes.entering import KINDS, read_event
from openjuki.offices import municipality
from tests.counter.entry.event_forms import SCENES
from tests.counter.entry.event_scene import Scene, filled
from tests.counter.entry.town_window import Desk, Said, hall_with_window
from tests.procedures.municipal_office import TownHall

by_kind = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.kind)


def sat_down(scene: Scene, language: str = "ja") -> tuple[Desk, list[Any]]:
    hall = hall_with_window(scene.office)
    people = scene.people(hall)
    return Desk(hall, language=language), people


def path_of(scene: Scene, desk: Desk, people: list[Any]) -> str:
    return f"/entry/form/{scene.kind}" + ("" if scene.about is None else f"/{desk.person(people[scene.about].person)}")


def typed_by(scene: Scene, people: list[Any]) -> dict[str, Any]:
    return filled(scene.typed, [str(one.person) for one in people])


def checked(scene: Scene, desk: Desk, people: list[Any]) -> Said:
    path = path_of(scene, desk, people)
    page = desk.get(path)
    assert page.status == 200, page.words
    return desk.post(path, {**page.inputs(), **typed_by(scene, people), "action": "check"})


def recorded(hall: TownHall) -> list[Any]:
    """Every event and every entry of a supplement, without who entered them when."""
    events = [
        (person, municipality.decode_event(body))
        for person, body in hall.do(lambda t: t.all("SELECT person, body FROM event ORDER BY sequence"))
    ]
    plain = [(person, msgspec.structs.replace(event, entered_ms=0, operator="")) for person, event in events]
    entries = hall.do(lambda t: t.all("SELECT supplement, body FROM supplement_entry ORDER BY sequence"))
    return [*plain, *((number, _without_time(msgspec.msgpack.decode(body))) for number, body in entries)]


def _without_time(entry: Any) -> Any:
    """Without what the wall clock and the clerk's name put there."""
    if isinstance(entry, list):
        return [_without_time(part) for part in entry]
    if isinstance(entry, dict):
        return {name: _without_time(part) for name, part in entry.items()}
    by_the_clock = isinstance(entry, int) and entry > 10**12
    return None if by_the_clock or entry in ("clerk-1", "madoguchi-1") else entry


def not_blank(inputs: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: texts for name, texts in inputs.items() if any(texts) and name not in ("once", "digest")}


def test_every_kind_has_its_form_and_each_form_its_kind():
    assert set(FORMS) == set(KINDS)
    assert {scene.kind for scene in SCENES} | {"boundary-take-over"} == set(KINDS)  # that one: test_entry_flow


@by_kind
def test_what_a_form_enters_is_what_the_command_enters(scene):
    desk, people = sat_down(scene)
    check = checked(scene, desk, people)
    assert check.status == 200, check.words
    before = recorded(desk.hall)
    assert desk.post(path_of(scene, desk, people), {**check.inputs(), "action": "enter"}).status == 200
    beside = hall_with_window(scene.office)
    notification, step = read_event({"kind": scene.kind, **filled(scene.event, [one.code for one in scene.people(beside)])})
    beside.run(step, notification)
    assert _drawn_aside(recorded(desk.hall)) == _drawn_aside(recorded(beside))
    assert desk.hall.slips() == beside.slips() and desk.hall.work_items() == beside.work_items()
    assert scene.kind == "resident-record-notice" or recorded(desk.hall) != before


def _drawn_aside(events: list[Any]) -> list[Any]:
    """Codes that were drawn differ, since the check has drawn some, too."""
    codes: dict[str, str] = {}

    def named(code: str | None) -> str | None:
        return None if code is None else codes.setdefault(code, f"code {len(codes)}")

    return [
        (person, msgspec.structs.replace(event, items=msgspec.structs.replace(event.items, code=named(event.items.code))))
        if hasattr(event, "items") else (person, event)
        for person, event in events
    ]  # fmt: skip


@by_kind
def test_a_check_changes_nothing(scene):
    desk, people = sat_down(scene)
    before = (recorded(desk.hall), desk.hall.changes(), desk.hall.slips(), desk.hall.work_items())
    assert checked(scene, desk, people).status == 200
    assert (recorded(desk.hall), desk.hall.changes(), desk.hall.slips(), desk.hall.work_items()) == before


@by_kind
def test_a_form_sent_twice_does_nothing_twice(scene):
    desk, people = sat_down(scene)
    sent = {**checked(scene, desk, people).inputs(), "action": "enter"}
    first = desk.post(path_of(scene, desk, people), sent, follow=False)
    once = recorded(desk.hall)
    second = desk.post(path_of(scene, desk, people), sent, follow=False)
    assert (first.status, first.headers["location"]) == (second.status, second.headers["location"])
    assert recorded(desk.hall) == once


@by_kind
def test_the_way_back_keeps_everything_that_was_typed(scene):
    desk, people = sat_down(scene, language="en")
    check = checked(scene, desk, people)
    back = desk.post(path_of(scene, desk, people), {**check.inputs(), "action": "edit"})
    again = desk.post(path_of(scene, desk, people), {**back.inputs(), "action": "check"})
    assert again.status == 200 and not_blank(again.inputs()) == not_blank(check.inputs())
    typed = {name: [text] if isinstance(text, str) else text for name, text in typed_by(scene, people).items() if text}
    assert not_blank(back.inputs()).items() >= typed.items()
