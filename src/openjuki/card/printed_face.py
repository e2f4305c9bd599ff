"""The printed face of a card, both kinds, as PDF or SVG at 85.6 x 54 mm (券面の印刷, the Rules art. 37 別記様式第一・第二; promise C1).

What is printed is what the chip's face file says; days stand in the eras known on the day of issue. A name or address that does not fit at
the smallest size is warned of before anything is printed; a character that the font lacks stops the print. Outside production every face
says 見本 SPECIMEN.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from openjuki.card.face_font import LINE_HEIGHT, POINT_MM, FaceFont
from openjuki.card.holder import CardKind, CardOrder
from openjuki.register.dates import text_of, to_era
from openjuki.register.errors import Broken, Say

TEMPLATES = Path(str(resources.files("openjuki.card") / "data"))
TEMPLATE, MEASURE = TEMPLATES / "face.typ", TEMPLATES / "fit.typ"
Form = Literal["pdf", "svg"]
TITLE = "住民基本台帳カード"
NAME_SIZES = ((12.0, 1), (9.0, 2))
ADDRESS_SIZES = ((8.0, 2), (6.5, 3))
NOTES_MAX = 6
_SEXES = {"1": "男", "2": "女"}
_PHOTO_COLUMN_MM, _WIDE_COLUMN_MM = 54.0, 76.0


@dataclass(frozen=True, slots=True)
class Box:
    """One field of the face: label, place, size, and its text in lines."""

    label: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    lines: tuple[str, ...]
    size_pt: float
    overflows: bool


def boxes(order: CardOrder, font: FaceFont) -> list[Box]:
    """The fields of the face, as they are printed."""
    wide = order.kind is CardKind.NAME_ONLY
    column = _WIDE_COLUMN_MM if wide else _PHOTO_COLUMN_MM
    ends = to_era(text_of(order.last_day), order.first_day) + "まで有効"
    name = _box(font, "氏名", order.holder.name, (4, 10.5, column), NAME_SIZES)
    if wide:
        return [name, _box(font, "有効期限", ends, (4, 28, 58), ((8.0, 1),))]
    holder = order.holder
    return [
        name,
        _box(font, "生年月日", to_era(text_of(holder.birth), order.first_day), (4, 21, 34), ((8.0, 1),)),
        _box(font, "性別", _SEXES.get(holder.sex, ""), (42, 21, 12), ((8.0, 1),)),
        _box(font, "住所", holder.address, (4, 27.5, column), ADDRESS_SIZES),
        _box(font, "有効期限", ends, (4, 38.5, column), ((8.0, 1),)),
        _box(font, "発行市町村・連絡先", f"{order.issuer.name}　{order.issuer.telephone}", (4, 45, column), ((7.0, 1),)),
    ]


def warnings(order: CardOrder, font: FaceFont) -> tuple[Say, ...]:
    """What does not fit its box: the clerk agrees with the applicant on a way to write it before the card is made."""
    return tuple(
        Say(f"{box.label}: too long for the face.", f"{box.label}が券面に収まりません。") for box in boxes(order, font) if box.overflows
    )


def print_front(order: CardOrder, font: FaceFont, photo: bytes = b"", *, specimen: bool = True, form: Form = "pdf") -> bytes:
    """The front as `form` "pdf" or "svg"; `photo` is a JPEG. Raises Unrecordable for a character that the font lacks."""
    fields = boxes(order, font)
    font.require(line for box in fields for line in box.lines)
    face = {
        "side": "front", "title": TITLE, "font": font.family, "issuer": order.issuer.name, "specimen": specimen, "notes": [], "contact": "",
        "photo": bool(photo) and order.kind is CardKind.WITH_PHOTO, "squares": _squares(order.card_id),
        "fields": [{name: getattr(box, name) for name in Box.__slots__} for box in fields],
    }  # fmt: skip
    return _set(face, font, photo, form)


def print_back(order: CardOrder, notes: Sequence[str], font: FaceFont, *, specimen: bool = True, form: Form = "pdf") -> bytes:
    """The back with the note field; raises Unrecordable as the front does. When it is full the card is renewed (the Rules art. 40)."""
    contact = f"{order.issuer.name}　電話 {order.issuer.telephone}　拾得された方は上記へご連絡ください"
    font.require((*notes, contact))
    face = {
        "side": "back", "title": TITLE, "font": font.family, "issuer": order.issuer.name, "specimen": specimen, "photo": False,
        "squares": [], "fields": [], "notes": list(notes)[:NOTES_MAX], "contact": contact,
    }  # fmt: skip
    return _set(face, font, b"", form)


def overflowing(fields: Sequence[Box], font: FaceFont) -> list[bool]:
    """Whether each field is larger than its box when it is really set; `warnings` says the same without setting it."""
    given = json.dumps([{name: getattr(box, name) for name in Box.__slots__} for box in fields], ensure_ascii=False)
    inputs = {"fields": given, "font": font.family}
    found = typst.query(str(MEASURE), "<overflowing>", field="value", one=True, font_paths=_fonts(font.path.parent), sys_inputs=inputs)
    return [bool(each) for each in json.loads(found)]


def _box(font: FaceFont, label: str, text: str, place: tuple[float, float, float], sizes: Sequence[tuple[float, int]]) -> Box:
    x_mm, y_mm, width_mm = place
    height_mm = max(size * LINE_HEIGHT * lines for size, lines in sizes) * POINT_MM
    fit = font.fit(text, width_mm, sizes)
    return Box(label, x_mm, y_mm, width_mm, height_mm, fit.lines, fit.size_pt, fit.overflows)


def _squares(payload: str) -> list[str]:
    """The two-dimensional code: the card's number alone, nothing of the person."""
    return ["".join("1" if dark else "0" for dark in row) for row in segno.make(payload, error="m", micro=False).matrix]


def _set(face: Mapping[str, Any], font: FaceFont, photo: bytes, form: Form) -> bytes:
    inputs = {"face": json.dumps(face, ensure_ascii=False), "photo": json.dumps(list(photo))}
    try:
        return bytes(typst.compile(str(TEMPLATE), format=form, font_paths=_fonts(font.path.parent), sys_inputs=inputs))
    except typst.TypstError as error:
        reason = Say("it could not be set.", "組版できませんでした。")
        raise Broken("card face", reason, Say("Tell whoever keeps the template.", "様式の管理者に連絡してください。")) from error


@lru_cache(maxsize=2)
def _fonts(folder: Path) -> Any:
    """The fonts of a folder and no others, read once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
