"""TOML files written by hand, read strictly: every item is right, absent where it may be, or fatal (設定ファイルの読込み)."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from openjuki.register.errors import InvalidInput, Say

S = TypeVar("S", bound=msgspec.Struct)


def read_strict(path: Path, kind: type[S]) -> S:
    """The file as a `kind`. Raises InvalidInput naming the item: unknown, missing, or of another form; or the file itself."""
    held, known = _read(path), {field.name: field for field in msgspec.structs.fields(kind)}
    names = ", ".join(known)
    for name in held:
        if name not in known:
            unknown = Say("there is no such setting.", "そのような設定はありません。")
            raise InvalidInput(name, unknown, Say(f"{path.name} knows: {names}.", f"{path.name} の設定は {names} です。"))
    for name, field in known.items():
        if name not in held and field.required:
            raise InvalidInput(name, Say("is missing.", "設定がありません。"), _write_it(path))
    for name, value in held.items():
        try:
            msgspec.convert(value, known[name].type, dec_hook=_path)
        except msgspec.ValidationError as error:
            raise InvalidInput(name, Say("is of another form.", "設定の形式が違います。"), _write_it(path)) from error
    return msgspec.convert(held, kind, dec_hook=_path)


def _path(kind: Any, value: Any) -> Path:
    if kind is not Path or not isinstance(value, str) or not value:
        raise ValueError("not a path")
    return Path(value)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(
            str(path), Say("cannot be read.", "読めません。"), Say("Check its name.", "ファイル名を確かめてください。")
        ) from error
    except ValueError as error:
        raise InvalidInput(path.name, Say("is not TOML in UTF-8.", "UTF-8のTOMLではありません。"), _write_it(path)) from error


def _write_it(path: Path) -> Say:
    return Say(f"Correct it in {path.name}; docs/joining.md explains it.", f"{path.name} を直してください（docs/joining.md 参照）。")
