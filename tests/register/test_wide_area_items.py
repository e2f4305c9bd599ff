"""What a wide-area copy can hold, by its types: the items that the Act lets the home mayor tell, and no other (令15-3(2), 30-32)."""

import msgspec
import pytest

from openjuki.procedures.wide_area_copy import AskedCopy
from openjuki.register.items import BY_KEY, ITEMS
from openjuki.register.record import ResidentRecord
from openjuki.register.wide_area_copy import CopiedPerson, CopyAnswer, CopyContent, CopyRequest, ForeignItems
from tests.house.carried import held

TOLD_ALWAYS = {"Act 7(1)", "Act 7(2)", "Act 7(3)", "Act 7(6)", "Act 7(7)", "Act 7(8)"}
TOLD_IF_ASKED = {"Act 7(4)", "Act 7(13)"}
FOREIGN = {"令30-26", "Act 30-45"}
KEY_OF = {"householder": "householder_name", "code": "resident_code"}
NO_ITEM = {"address", "foreign", "home", "told_on", "persons", "number", "content", "refusal"}
"""Fields that are no item of a record: the address is town, block and building of item 7; the rest names the answer itself."""
NEVER = {item.key for item in ITEMS if item.basis not in TOLD_ALWAYS | TOLD_IF_ASKED | FOREIGN}


def names(kind: type) -> set[str]:
    """Every field that a value of the type can hold, at any depth."""
    return {each.name for each in held(kind)}


def test_control_the_items_that_are_never_told_are_those_of_the_act():
    assert {"registered_domicile", "registered_domicile_head", "on_electoral_roll", "national_health_insurance"} <= NEVER
    assert {"elderly_medical_insurance", "care_insurance", "pension_kind", "pension_number", "child_allowance"} <= NEVER
    assert {"remarks", "individual_number", "household_number", "kana"} <= NEVER
    assert {"registered_domicile", "individual_number"} <= names(ResidentRecord)


@pytest.mark.parametrize("kind", [CopyAnswer, CopyContent, CopyRequest, AskedCopy])
def test_no_type_that_travels_has_a_place_for_an_item_that_is_never_told(kind: type):
    assert not names(kind) & NEVER
    assert not any(word in name for name in names(kind) for word in ("domicile", "insurance", "pension", "remark", "kana"))
    assert not any(each.type in (dict, object) for each in held(kind))


def test_every_field_of_a_copied_person_is_an_item_that_the_act_names():
    for name in CopiedPerson.__struct_fields__:
        if name not in NO_ITEM:
            assert BY_KEY[KEY_OF.get(name, name)].basis in TOLD_ALWAYS | TOLD_IF_ASKED, name
    assert {BY_KEY[name].basis for name in ForeignItems.__struct_fields__} == FOREIGN


def test_items_that_must_be_asked_for_are_empty_otherwise():
    defaults = msgspec.structs.fields(CopiedPerson)
    optional = {field.name for field in defaults if not field.required}
    assert optional == {"householder", "relationship", "code", "foreign"}
    assert {field.name for field in msgspec.structs.fields(ForeignItems) if field.required} == {"alias", "became_foreign_resident_on"}
