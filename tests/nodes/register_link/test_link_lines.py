"""The form of handed-over files (連携電文の形式): whole or not taken, and no content is ever repeated in an error."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.nodes.register_link.lines import FORMAT, Line, check_source, digest, read_file, write_file
from openjuki.register.errors import InvalidInput

VALUE = "秘密　花子"
texts = st.text(st.characters(codec="utf-8"), max_size=20)
events = st.dictionaries(texts, st.recursive(texts | st.integers(-(2**53), 2**53) | st.booleans() | st.none(), st.lists, max_leaves=5))
operators = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)


def line(number: int = 1) -> Line:
    return Line(number, "window-1", {"kind": "death", "code": VALUE})


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(operators, events), min_size=1, max_size=5), st.integers(1, 2**53 - 6))
def test_what_is_written_is_read_again(held, first):
    lines = [Line(first + place, operator, event) for place, (operator, event) in enumerate(held)]
    handed = read_file(write_file("juki", lines))
    assert list(handed.lines) == lines
    assert (handed.head.first, handed.head.count, handed.head.source) == (first, len(lines), "juki")


@pytest.mark.slow
@given(st.data())
def test_a_file_with_one_byte_changed_or_cut_off_is_not_taken(data):
    whole = write_file("juki", [line(1), line(2)])
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    changed = whole[:place] + bytes([other]) + whole[place + 1 :]
    cut = whole[:place]
    for spoilt in (changed, cut):
        try:
            handed = read_file(spoilt)
        except InvalidInput as error:
            assert VALUE not in error.text("ja")
        else:  # the name of the system is judged by who takes the file
            assert (handed.head.source, handed.lines) != ("juki", (line(1), line(2)))
            assert handed.lines == (line(1), line(2))


@given(st.permutations(["kind", "code", "died_on"]))
def test_the_order_of_items_makes_no_other_content(order):
    items = {"kind": "death", "code": "1", "died_on": "2013-12-01"}
    assert digest(Line(1, "a", {key: items[key] for key in order})) == digest(Line(1, "a", items))
    assert digest(Line(1, "b", items)) != digest(Line(1, "a", items)) != digest(Line(1, "a", items | {"code": "2"}))


@pytest.mark.parametrize(
    ("head", "item"),
    [
        ({"format": "openjuki-register-link/2"}, "format"),
        ({"count": 3}, "count"),
        ({"first": 2}, "sequence"),
        ({"first": 0}, "sequence"),
        ({"sha256": "0" * 64}, "sha256"),
        ({"more": 1}, "head"),
    ],
)
def test_a_head_that_does_not_fit_is_named(head, item):
    first, _, body = write_file("juki", [line(1), line(2)]).partition(b"\n")
    with pytest.raises(InvalidInput) as caught:
        read_file(json.dumps(json.loads(first) | head).encode() + b"\n" + body)
    assert caught.value.item == item


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"[" * 100_000 + b"\n", b"\xff\xfe\n"])
def test_what_is_no_file_at_all_is_refused(data):
    with pytest.raises(InvalidInput):
        read_file(data)


@pytest.mark.parametrize("operator", ["", "a b", "a:b", "x" * 33, "a\n"])
def test_an_operator_that_cannot_be_recorded_is_refused(operator):
    with pytest.raises(InvalidInput) as caught:
        read_file(write_file("juki", [Line(1, operator, {})]))
    assert caught.value.item == "operator"


def test_the_name_of_a_system_is_plain():
    assert check_source("juki-2") == "juki-2"
    for name in ("", "Juki", "../x", "a" * 33):
        with pytest.raises(InvalidInput):
            check_source(name)
    assert FORMAT in write_file("juki", [line()]).decode()
