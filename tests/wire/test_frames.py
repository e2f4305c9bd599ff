"""Frames: any split of the stream gives the same frames, and every length is found lawful first (電文の枠)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.register.errors import Reason
from openjuki.wire.frame import (
    FRAME_BYTES_MAX,
    HEADER_BYTES_MAX,
    PREFIX,
    FrameReader,
    Header,
    Kind,
    MalformedFrame,
    decode_header,
    encode_header,
    frame,
)

HEADERS = st.builds(
    Header, version=st.just(1), realm=st.text(max_size=10), sender=st.text(max_size=10), receiver=st.text(max_size=10),
    kind=st.integers(1, 10), priority=st.integers(0, 2), id=st.integers(0, 2**63 - 1), type=st.text(max_size=20),
    type_version=st.integers(0, 9), deadline_ms=st.integers(0, 10_000), epoch=st.binary(max_size=16), digest=st.binary(max_size=32),
)  # fmt: skip
FRAMES = st.lists(st.tuples(HEADERS, st.binary(max_size=200)), max_size=6)
HEAD = Header(1, "sandbox", "462250", "460001", Kind.PING, 0, 1)


def pieces(stream: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[begin:end] for begin, end in pairwise(at)]


def read(reader: FrameReader, parts: list[bytes]) -> list[tuple[Header, bytes]]:
    return [found for part in parts for found in reader.frames(part)]


@given(HEADERS)
def test_a_header_comes_back_as_it_was(header: Header) -> None:
    assert decode_header(encode_header(header)) == header


@given(FRAMES, st.lists(st.integers(0, 10_000), max_size=30))
def test_any_split_of_the_stream_gives_the_same_frames(sent: list[tuple[Header, bytes]], cuts: list[int]) -> None:
    stream = b"".join(frame(header, body) for header, body in sent)
    reader = FrameReader(lambda header, size: True)
    assert read(reader, pieces(stream, cuts)) == sent
    assert not reader.unfinished
    assert reader.count == len(sent)


@given(FRAMES, st.lists(st.integers(0, 10_000), max_size=30))
def test_unwanted_bodies_are_skipped_however_the_stream_is_split(sent: list[tuple[Header, bytes]], cuts: list[int]) -> None:
    stream = b"".join(frame(header, body) for header, body in sent)
    reader = FrameReader(lambda header, size: header.id % 2 == 0)
    assert read(reader, pieces(stream, cuts)) == [(header, body) for header, body in sent if header.id % 2 == 0]
    assert not reader.unfinished
    assert reader.count == len(sent)


def test_bytes_one_by_one_give_the_frame_with_the_last() -> None:
    stream, reader = frame(HEAD, b"body"), FrameReader(lambda header, size: True)
    for byte in stream[:-1]:
        assert read(reader, [bytes([byte])]) == []
        assert reader.unfinished
    assert read(reader, [stream[-1:]]) == [(HEAD, b"body")]


def test_an_unwanted_body_is_never_held() -> None:
    reader = FrameReader(lambda header, size: False)
    stream = frame(HEAD, bytes(100_000))
    assert read(reader, [stream[:300]]) == []
    assert reader.unfinished
    assert len(reader._rest) == 0
    assert read(reader, [stream[300:], frame(HEAD, b"")]) == []
    assert not reader.unfinished


def test_the_judge_sees_the_size_before_the_body_has_come() -> None:
    seen: list[int] = []
    reader = FrameReader(lambda header, size: bool(seen.append(size)))
    read(reader, [frame(HEAD, bytes(5_000))[:200]])
    assert seen == [5_000]


@pytest.mark.parametrize("over", [0, 1])
def test_the_limit_of_a_frame_is_exact(over: int) -> None:
    head = encode_header(HEAD)
    reader = FrameReader(lambda header, size: False)
    announced = PREFIX.pack(FRAME_BYTES_MAX + over, len(head)) + head
    if not over:
        assert read(reader, [announced]) == []
        return
    with pytest.raises(MalformedFrame) as refused:
        read(reader, [announced[: PREFIX.size]])
    assert refused.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(("size", "head_size"), [(0, 0), (10, 0), (10, 11), (1_000, HEADER_BYTES_MAX + 1), (1_000, 65_535)])
def test_a_header_length_that_cannot_be_is_refused_before_the_header_comes(size: int, head_size: int) -> None:
    with pytest.raises(MalformedFrame) as refused:
        read(FrameReader(lambda header, size: True), [PREFIX.pack(size, head_size)])
    assert refused.value.reason is Reason.MALFORMED


def test_a_header_of_the_greatest_length_is_read() -> None:
    long = Header(1, "r" * (HEADER_BYTES_MAX - len(encode_header(HEAD)) + len("sandbox") - 2), "462250", "460001", Kind.PING, 0, 1)
    assert len(encode_header(long)) == HEADER_BYTES_MAX
    assert read(FrameReader(lambda header, size: True), [frame(long, b"")]) == [(long, b"")]


@pytest.mark.parametrize("garbage", [
    b"\xc1", b"\x90", b"\x91" * 400 + b"\xc0", b"\x81\xa0" * 200 + b"\xc0", b"\xdd\xff\xff\xff\xff", encode_header(HEAD) + b"\x00",
    encode_header(HEAD)[:-1], b"\x9c" + b"\xa2\xff\xfe" * 12, b"\x97" + encode_header(HEAD)[1:], b"GET / HTTP/1.1",
])  # fmt: skip
def test_a_header_that_is_none_is_refused(garbage: bytes) -> None:
    with pytest.raises(MalformedFrame):
        read(FrameReader(lambda header, size: True), [PREFIX.pack(len(garbage), len(garbage)) + garbage])


def test_the_error_holds_nothing_of_what_came() -> None:
    with pytest.raises(MalformedFrame) as refused:
        read(FrameReader(lambda header, size: True), [PREFIX.pack(9, 9) + b"\xa8SECRET12"])
    assert "SECRET" not in str(refused.value)


@given(st.binary(max_size=600))
def test_any_bytes_are_frames_or_refused(data: bytes) -> None:
    reader = FrameReader(lambda header, size: True)
    try:
        read(reader, [data])
    except MalformedFrame:
        return
    assert len(reader._rest) <= len(data)
