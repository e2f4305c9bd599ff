"""The page about wide-area copies says what the code says (広域交付の説明; docs/wide-area-copy.md)."""

import re
from pathlib import Path

from openjuki.offices.operator_seal import OperatorSeal
from openjuki.offices.relay_guard import OF_OFFICE, OF_OPERATOR
from openjuki.procedures.wide_area_copy import AskedCopy
from openjuki.register import wide_area_copy as types

PAGE = (Path(__file__).resolve().parents[2] / "docs/wide-area-copy.md").read_text("utf-8")


def test_the_fields_stand_there_in_the_order_in_which_they_travel():
    kinds = [AskedCopy, OperatorSeal, types.CopyRequest, types.IdentityCheck, types.FoundCode, types.CopyAnswer]
    kinds += [types.CopyContent, types.CopiedPerson, types.ForeignItems]
    for kind in kinds:
        (row,) = re.findall(rf"^\| `{kind.__name__}` \|(.*)\|$", PAGE, re.MULTILINE)
        assert tuple(re.findall(r"`([a-z_]+)`", row)) == kind.__struct_fields__, kind.__name__


def test_the_limits_are_those_of_the_guard():
    for words, limits in (("an asking office", OF_OFFICE), ("one of its operators", OF_OPERATOR)):
        assert f"| {words} | {' | '.join(map(str, limits))} |" in PAGE


def test_every_file_and_name_is_there():
    source = Path(__file__).resolve().parents[2] / "src/openjuki"
    for file, name in re.findall(r"`(\w+/\w+\.py)(?::(\w+))?`", PAGE):
        assert name in (source / file).read_text("utf-8"), (file, name)
