"""Where a refusal of the register belongs in a form: the input that it means, by the words of procedure and reader (入力誤りの表示)."""

import re

from openjuki.counter.entry.fields import Form, Kind
from openjuki.counter.entry.typed import Fault, Typed, fault_of
from openjuki.register.errors import OpenJukiError, Say

_NESTED = re.compile(r"(\w+)\[(?:(\d+)|\.\.\.)\]\.?(\w*)")
FORM = Say("This event", "この異動")


def placed(form: Form, typed: Typed, error: OpenJukiError) -> Fault:
    """The refusal at the field that it means; at the form as a whole (`at` "") if it means none."""
    item = error.item.split(" ")[0]
    nested = _NESTED.match(item)
    field = form.field(nested[1] if nested else item)
    if field is None:
        return fault_of("", FORM, error)
    if field.kind is Kind.PERSON:
        return fault_of("", field.label, error)
    if field.kind is Kind.ROWS:
        name, row = (nested[3], int(nested[2] or 0)) if nested else (item, 0)
        inner = next((one for one in field.fields if name == one.name or name in one.means), None)
        at = f"{field.name}-{row}-{inner.name}" if inner else field.name
        return fault_of(at, inner.label if inner else field.label, error)
    inner = next((one for one in field.fields if one.name == item), None) if item != field.name else None
    return fault_of(f"{field.name}-{inner.name}" if inner else field.name, inner.label if inner else field.label, error)
