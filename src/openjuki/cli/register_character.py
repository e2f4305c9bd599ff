"""`openjuki register character`: what a character is, and its picture (文字コード照会, standard 2.2.3; docs/characters.md)."""

import re
from collections.abc import Mapping
from pathlib import Path

import click

from openjuki.cli.options import told
from openjuki.cli.telling import OK, PARTIAL, Teller
from openjuki.nodes.character_pictures import picture
from openjuki.register.characters import graphemes, is_recordable
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.spellings import adobe_japan1_spellings, character_name, forms_in_the_set, one_spelling, spelling_of

_POINTS = re.compile(r"(?i:U\+)?([0-9A-Fa-f]{4,6})")
_MJ = re.compile("MJ[0-9]{6}")
_UNIFIED = re.compile(r"J\+([0-9A-F]{4})")


@click.command(epilog="Example: openjuki register character MJ025760")
@click.argument("character", nargs=-1, required=True)
@click.option("--picture", "file", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Draw it into this SVG file.")
@told
def character(teller: Teller, character: tuple[str, ...], file: Path | None) -> None:
    """Tell what a character is called, how it is stored, and what else is on the same base. Give it as it is, by its code points
    (U+8FBB U+E0102), by its MJ number (MJ025760) or by its code of the unified set (J+8FBB). Ends with 3 if it cannot be recorded."""
    sign = _sign(character)
    stored = one_spelling(sign)
    near = [form for form in forms_in_the_set(stored) if form != stored]
    told_of = {
        "character": sign, "name": str(character_name(sign)), "stored": stored if is_recordable(stored) else None,
        "adobe_japan1": [character_name(one).points for one in adobe_japan1_spellings(stored)],
        "others_on_the_same_base": [str(character_name(one)) for one in near],
    }  # fmt: skip
    _tell(teller, told_of)
    if file is not None:
        file.write_text(picture(sign), encoding="utf-8")
        teller.note(Say(f"Drawn in {file}.", f"{file} に描きました。"))
    recordable = told_of["stored"] is not None
    teller.result({"ok": recordable, **told_of})
    click.get_current_context().exit(OK if recordable else PARTIAL)


def _tell(teller: Teller, told_of: Mapping[str, object]) -> None:
    teller.line(f"{told_of['character']}  {told_of['name']}")
    stored = told_of["stored"]
    said = Say(f"recorded as {stored}", f"{stored} として記載") if stored else Say("cannot be recorded", "記載できない文字")
    teller.line(f"  {teller.word(said)}")
    for label, key in (
        (Say("in Adobe-Japan1", "Adobe-Japan1では"), "adobe_japan1"), (Say("also there", "同じ文字の他の字形"), "others_on_the_same_base")
    ):  # fmt: skip
        listed = told_of[key]
        for one in listed if isinstance(listed, list) else ():
            teller.line(f"  {teller.word(label)}: {one}")


def _sign(words: tuple[str, ...]) -> str:
    """The one sign that is meant; InvalidInput if that is none, or several."""
    joined = " ".join(words)
    points = [_POINTS.fullmatch(word) for word in joined.split()]
    if points and all(points):
        values = [int(found[1], 16) for found in points if found]
        sign = "".join(map(chr, values)) if max(values) < 0x110000 else ""
    elif _MJ.fullmatch(joined) or _UNIFIED.fullmatch(joined):
        sign = spelling_of(joined) or ""
    else:
        sign = joined
    if len(graphemes(sign)) != 1:
        reason = Say("is not one character, or a number that no table has.", "1文字でないか、表にない番号です。")
        raise InvalidInput(
            "character", reason, Say("Give one, by itself, U+, MJ or J+.", "文字、U+、MJ、J+ のいずれかで指定してください。")
        )
    return sign
