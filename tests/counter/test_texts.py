"""The pages' English is whole, and its files are as the tool writes them (画面の英語)."""

import pytest

from tools import counter_texts

pytestmark = pytest.mark.slow


def test_every_text_of_the_pages_has_its_english():
    assert not counter_texts.untranslated("counter")


def test_the_catalogue_is_what_the_tool_writes():
    for path, body in counter_texts.files("counter").items():
        assert path.read_bytes() == body, f"{path.name}: run python -m tools.counter_texts"
