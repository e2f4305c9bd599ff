"""The form of an item of an event, for whoever wrote it otherwise (異動の項目の形式): what JSON must stand there."""

import re
from typing import Any

from msgspec import inspect

_STEP = re.compile(r"[^.\[\]]+|\[[^\]]*\]")
_PLAIN: dict[type, str] = {
    inspect.StrType: '"text"', inspect.IntType: "number", inspect.BoolType: "true or false",
}  # fmt: skip


def expected_form(form: type, path: str) -> str:
    """What must stand at a path such as `movers[0].code`, in JSON with "text" and number for values; of a structure its items."""
    found: Any = inspect.type_info(form)
    for step in _STEP.findall(path):
        found = _inside(found, step)
    return _said(found)


def _inside(outer: Any, step: str) -> Any:
    """The type of an item of a structure, or of the elements of a list; a choice is entered where that is possible."""
    for choice in outer.types if isinstance(outer, inspect.UnionType) else (outer,):
        if isinstance(choice, inspect.StructType):
            for number, field in enumerate(choice.fields):
                if step in (field.encode_name, f"[{number}]"):
                    return field.type
        elif isinstance(choice, inspect.VarTupleType):
            return choice.item_type
        elif isinstance(choice, inspect.TupleType):
            return choice.item_types[int(step[1:-1])]
        elif isinstance(choice, inspect.DictType):
            return choice.value_type
    return inspect.AnyType()


def _said(found: Any) -> str:
    if isinstance(found, inspect.StructType):
        names = ", ".join(field.encode_name for field in found.fields)
        return f"[{names}]" if found.array_like else f"{{{names}}}"
    if isinstance(found, inspect.VarTupleType):
        return f"[{_said(found.item_type)}, ...]"
    if isinstance(found, inspect.TupleType):
        return f"[{', '.join(_said(one) for one in found.item_types)}]"
    if isinstance(found, inspect.DictType):
        return f"{{{_said(found.key_type)}: {_said(found.value_type)}}}"
    if isinstance(found, inspect.UnionType):
        return " or ".join(_said(one) for one in found.types if not isinstance(one, inspect.NoneType))
    if isinstance(found, inspect.EnumType):
        return "one of " + ", ".join(str(one.value) for one in found.cls)
    return _PLAIN.get(type(found), "a value")
