"""A request for codes whose key cannot be encrypted to is refused before anything is spent on it (RFC 7748 section 6.1)."""

import pytest

from openjuki.procedures.code_allotment import CodePoolRequest, allot
from openjuki.register.errors import Reason, Refused

LOW_ORDER = (
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
)


@pytest.mark.parametrize("public_key", [*LOW_ORDER, b"", bytes(31), bytes(33)])
def test_a_key_of_low_order_or_of_another_length_is_refused_and_the_register_never_asked(public_key):
    answers, no_office = [], None
    allot(no_office, no_office, None, CodePoolRequest(5, public_key), answers.append)
    [answer] = answers
    assert isinstance(answer, Refused)
    assert answer.code is Reason.INVALID
