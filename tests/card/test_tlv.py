"""Data objects (BER-TLV)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.card import tlv
from openjuki.register.errors import InvalidInput

TAGS = st.sampled_from([0x42, 0x53, 0x7C, 0x80, 0x5F37, 0x7F21, 0xFF20, 0xDF2A, 0x7F4E])


@given(st.lists(st.tuples(TAGS, st.binary(max_size=300)), max_size=6))
def test_objects_come_back_from_their_bytes(pairs):
    assert list(tlv.objects(b"".join(tlv.encode(tag, value) for tag, value in pairs))) == pairs


@given(st.binary(max_size=64))
def test_bytes_are_objects_or_refused_and_nothing_else(data):
    try:
        read = list(tlv.objects(data))
    except InvalidInput:
        return
    again = b"".join(tlv.encode(tag, value) for tag, value in read)
    assert list(tlv.objects(again)) == read
    assert again == data or len(again) < len(data), "only a longer form of a length may be lost"


@pytest.mark.parametrize("length", [0, 127, 128, 255, 256, 65_535, 65_536])
def test_every_length_form_is_read(length):
    assert tlv.inside(tlv.encode(0x53, bytes(length)), 0x53) == bytes(length)


@pytest.mark.parametrize("data", ["53", "5302AA", "5380AA", "5385000000000A", "5F", "1F808001", "538201"])
def test_cut_indefinite_and_overlong_objects_are_refused(data):
    with pytest.raises(InvalidInput):
        list(tlv.objects(bytes.fromhex(data)))


def test_a_tag_that_comes_twice_is_refused():
    with pytest.raises(InvalidInput):
        tlv.fields(bytes.fromhex("8001AA8001BB"))


def test_one_object_is_not_two():
    with pytest.raises(InvalidInput):
        tlv.inside(bytes.fromhex("8001AA8001BB"), 0x80)
