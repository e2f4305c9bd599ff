"""Whatever is wrong is said at its input, in the clerk's language, and nothing that was typed is lost (入力誤りの表示, standard 4.0.9)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from openjuki.counter.entry.fields import Field, Kind
from openjuki.counter.entry.forms import FORMS
from openjuki.register.foreign_residents import FOREIGN_ITEMS
from tests.counter.entry.event_forms import SCENES
from tests.counter.entry.event_scene import Scene
from tests.counter.entry.test_every_event import not_blank, path_of, recorded, sat_down, typed_by
from tests.counter.entry.town_window import items

WRONG = {
    Kind.NAME: "abc", Kind.KANA: "kana", Kind.DATE: "平成100年13月", Kind.DAY: "昭和64年5月不詳", Kind.RELATIONSHIP: "孫",
    Kind.CODE: "12345", Kind.INDIVIDUAL_NUMBER: "123456789012", Kind.COUNT: "七", Kind.CHOICE: "no such choice", Kind.SEX: "7",
    Kind.FILE: "{", Kind.RESIDENT: "誰もいない",
}  # fmt: skip


def inputs_of(fields: tuple[Field, ...], prefix: str) -> Iterator[tuple[str, Field]]:
    """Every input of one text with its field; of rows those of the first."""
    for field in fields:
        at = prefix + field.name
        if field.kind is Kind.ROWS:
            yield from inputs_of(field.fields, f"{at}-0-")
        elif field.fields and field.kind is not Kind.CHOICE:
            yield from inputs_of(field.fields, f"{at}-")
        elif field.kind in WRONG:
            yield at, field


def wrongs() -> Iterator[Any]:
    for scene in SCENES:
        hidden = {f"items-{name}" for name in FOREIGN_ITEMS} if scene.kind == "correction" else set()  # not asked of Japanese
        for at, field in inputs_of(tuple(FORMS[scene.kind].fields()), ""):
            if at not in hidden:
                yield pytest.param(scene, at, field, id=f"{scene.kind}-{at}")


@pytest.mark.parametrize(("scene", "at", "field"), list(wrongs()))
def test_a_wrong_input_gets_its_message_and_loses_nothing(scene: Scene, at: str, field: Field):
    for language, words in (("ja", r"[ぁ-ん]"), ("en", r"[a-z]")):
        desk, people = sat_down(scene, language)
        path, before = path_of(scene, desk, people), recorded(desk.hall)
        sent = {**desk.get(path).inputs(), **typed_by(scene, people), at: WRONG[field.kind], "action": "check"}
        said = desk.post(path, sent)
        assert said.status == 422 and recorded(desk.hall) == before
        assert re.search(words, said.error_at(at)), (at, said.words)
        assert f'href="#{at}"' in said.text and f'id="{at}"' in said.text
        kept = {name: [text] if isinstance(text, str) else text for name, text in sent.items() if name != "action" and text}
        if field.kind not in (Kind.SEX, Kind.CHOICE):  # a browser sends none but those offered
            assert not_blank(said.inputs()).items() >= not_blank(kept).items()


def required() -> Iterator[Any]:
    """But for the one input of a row that may be left out whole."""
    for scene in SCENES:
        for at, field in inputs_of(tuple(FORMS[scene.kind].fields()), ""):
            if (
                field.required
                and at != "members-0-member"
                and (at in scene.typed or (scene.kind == "correction" and at.startswith("items-")))
            ):
                yield pytest.param(scene, at, id=f"{scene.kind}-{at}")


@pytest.mark.parametrize(("scene", "at"), list(required()))
def test_a_required_input_left_blank_is_asked_for(scene: Scene, at: str):
    desk, people = sat_down(scene)
    path = path_of(scene, desk, people)
    said = desk.post(path, {**desk.get(path).inputs(), **typed_by(scene, people), at: "", "action": "check"})
    assert said.status == 422 and "入力されていません" in said.error_at(at)


def test_all_faults_are_told_at_once_with_a_way_to_each():
    desk, people = sat_down(SCENES[0])
    said = desk.post(path_of(SCENES[0], desk, people), items(action="check", name=" 住基　望", birth="H25.12.32", notified_on="2013-12-02"))
    assert said.status == 422 and "（5 件）" in said.words
    assert "先頭か末尾に空白" in said.error_at("name") and 'value=" 住基　望"' in said.text
    for at in ("name", "kana", "birth", "sex", "relationship"):
        assert said.error_at(at) and f'href="#{at}"' in said.text


def test_what_the_register_refuses_stands_at_the_field_that_it_means():
    desk, people = sat_down(SCENES[0])
    path = path_of(SCENES[0], desk, people)
    late = {**typed_by(SCENES[0], people), "birth": "H25.12.3", "action": "check"}
    assert "届出日より後" in desk.post(path, late).error_at("birth")
    tomorrow = {**typed_by(SCENES[0], people), "notified_on": "2014-01-01", "action": "check"}
    assert "後の日付" in desk.post(path, tomorrow).error_at("notified_on")
    head = {**typed_by(SCENES[0], people), "relationship": "世帯主", "action": "check"}
    assert "既存の世帯" in desk.post(path, head).error_at("relationship")


def test_a_character_that_cannot_be_recorded_is_named_and_kept():
    desk, people = sat_down(SCENES[0])
    said = desk.post(path_of(SCENES[0], desk, people), {**typed_by(SCENES[0], people), "name": "住基　😀", "action": "check"})
    assert "U+1F600" in said.error_at("name") and "住基　😀" in said.inputs()["name"]
