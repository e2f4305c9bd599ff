"""What makes a text recordable: not blank, not too long, all of the unified set, in one spelling, printable (記載できる文字; 7.1.1.1)."""

import re
from itertools import islice

from openjuki.register.characters import NOT_TEXT, graphemes, is_recordable, printable_by_the_font, unrecordable
from openjuki.register.errors import InvalidInput, Say, Unrecordable
from openjuki.register.spellings import character_name, forms_in_the_set, one_spelling

NAMED_MAX = 3
"""Characters that an error names; a text of another encoding may have hundreds."""
_FORMS_NAMED_MAX = 4
_UNREADABLE = re.compile("[\udc80-\udcff]")  # bytes that passed a decoder which keeps what it cannot read (surrogateescape)


def check_text(item: str, text: str, graphemes_max: int) -> None:
    """InvalidInput unless `text` is not blank, at most `graphemes_max` signs long, without control signs; Unrecordable, with the names
    of the characters, unless each is of the unified set, in the spelling that is stored, and in the printing font."""
    if not text.strip():
        raise InvalidInput(item, Say("is empty.", "空です。"), Say("Fill in the item.", "項目を記入してください。"))
    if len(text) > graphemes_max and len(graphemes(text)) > graphemes_max:
        remedy = Say(f"Use at most {graphemes_max} characters.", f"{graphemes_max}文字以内にしてください。")
        raise InvalidInput(item, Say("is too long.", "長すぎます。"), remedy)
    if not is_recordable(text):
        raise _why_not(item, text)


def named(text: str) -> str:
    """The signs of `text` that cannot be recorded, by place and name: a short list for an error or a report."""
    signs = unrecordable(text)
    places = graphemes(text)
    shown = [f"{places.index(sign) + 1} {character_name(sign)}" for sign in signs[:NAMED_MAX]]
    return "; ".join([*shown, f"+{len(signs) - NAMED_MAX}"] if len(signs) > NAMED_MAX else shown)


def _why_not(item: str, text: str) -> InvalidInput:
    signs = tuple(unrecordable(text))
    if _UNREADABLE.search(text):
        places = ", ".join(
            f"{found.start() + 1} (0x{ord(found[0]) - 0xDC00:02X})" for found in islice(_UNREADABLE.finditer(text), NAMED_MAX)
        )
        reason = Say(
            f"holds bytes that are not of the file's encoding, at {places}.", f"文字コードとして読めないバイトがあります（{places}）。"
        )
        return Unrecordable(
            item, reason, Say("Give the file's encoding, or mend the row.", "文字コードの指定を確かめるか、行を直してください。"), ()
        )
    if NOT_TEXT.search(text):
        return Unrecordable(
            item,
            Say(
                f"holds a control sign or a private character, at {named(text)}.", f"制御文字か外字領域の文字があります（{named(text)}）。"
            ),
            Say("Remove it, or give the character of the unified set.", "取り除くか、統一文字に置き換えてください。"),
            signs,
        )
    if not any(map(printable_by_the_font, signs)):
        reason = Say(
            f"holds a character that the printing font has not, at {named(text)}.", f"印字フォントにない文字です（{named(text)}）。"
        )
    else:
        reason = Say(f"holds a character outside the unified set, at {named(text)}.", f"統一文字にない文字があります（{named(text)}）。")
    return Unrecordable(item, reason, _remedy(signs), signs)


def _remedy(signs: tuple[str, ...]) -> Say:
    """What the clerk can do: take the stored spelling of the same glyph, or identify the character among those on the same base."""
    if any(one_spelling(sign) != sign for sign in signs):
        same = ", ".join(str(character_name(one_spelling(sign))) for sign in signs if one_spelling(sign) != sign)
        return Say(f"Give the same glyph in the stored spelling: {same}.", f"同じ字形の {same} で記入してください。")
    near = [str(character_name(form)) for form in forms_in_the_set(signs[0])] if signs else []
    listed = ", ".join(near[:_FORMS_NAMED_MAX])
    among = Say(f"; the set has {listed}", f"（統一文字には {listed} があります）") if near else Say("", "")
    draw = f"openjuki register character {character_name(signs[0]).points}"
    return Say(
        f"Identify the character ({draw} --picture FILE), or record a form of the set{among.en}.",
        f"文字を同定するか（{draw} --picture FILE）、統一文字の字形で記載してください{among.ja}。",
    )
