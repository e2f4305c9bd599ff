"""The middle of each paper: which items in which cells (記載欄; standard 5.1, 5.3, 1.1.5, 1.1.6).

An item that was left out says 省略, one that is recorded as blank （空欄）; on a certificate of recorded items only the chosen ones stand.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openjuki.documents.content import (
    AcceptanceNotice,
    CodeSlip,
    Content,
    HouseholdCopy,
    ItemsCertificate,
    MovingOut,
    PrintedPerson,
    Receipt,
    SupplementCopy,
    WideAreaCopy,
    WideAreaPerson,
)
from openjuki.documents.kinds import Kind
from openjuki.documents.sheet import COLUMNS, Block, Cell, Grid, Lines, NewPage, Words
from openjuki.register.dates import DateText, to_era
from openjuki.register.identity import Sex

LEFT_OUT, BLANK = "省略", "（空欄）"
SEX_WORDS = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNKNOWN: "不明", Sex.NOT_APPLICABLE: "－"}
_SLIP_WORDS = {
    Kind.CODE_NOTICE: "{day}に、あなたの住民票に次の住民票コードを記載しましたので、住民基本台帳法第30条の2第3項により通知します。",
    Kind.CODE_CHANGE_NOTICE: (
        "あなたの請求により、{day}に住民票コードの記載を変更し、次の住民票コードを新たに記載しましたので、"
        "住民基本台帳法第30条の3第4項により通知します。"
    ),
    Kind.CODE_CORRECTION_NOTICE: "さきに通知した住民票コードに誤りがあり、{day}に次のとおり修正しましたので、通知します。",
}
_SLIP_CARE = "住民票コードは、法律に定めのある場合を除き、他人に求められても知らせる必要はありません。この票は大切に保管してください。"
_HALF = COLUMNS // 2
_LABEL_SPAN = 5


def blocks_of(content: Content, issued_on: datetime.date) -> list[Block]:
    """The middle of the paper; a day to come is named in an era that is known on the day of issue."""
    return _BLOCKS.get(type(content), _persons)(content, issued_on)


def _word(text: str | None) -> str:
    return LEFT_OUT if text is None else text or BLANK


def _day(text: str | None, issued_on: datetime.date) -> str:
    return _word(text) if not text else to_era(DateText(text), issued_on)


def _digits(text: str | None) -> str:
    """A number in groups, so that it can be read aloud."""
    if not text or not text.isdigit():
        return _word(text)
    groups = (4, 4, 3) if len(text) == 11 else (4,) * (len(text) // 4)
    cut = [sum(groups[:place]) for place in range(len(groups))]
    return "-".join(text[start : start + size] for start, size in zip(cut, groups, strict=True)) or text


def _named(name: str, kana: str | None) -> str:
    """The reading follows in brackets (standard 5.3)."""
    return f"{name}　（{kana}）" if kana else name


Row = tuple[Cell, ...]


def _rows(cells: Iterable[tuple[Cell | None, ...]]) -> tuple[Row, ...]:
    """The rows of the cells that are there; a row's last cell fills it."""
    rows = []
    for row in cells:
        there = [cell for cell in row if cell is not None]
        if there:
            used = sum(cell.span for cell in there[:-1])
            rows.append((*there[:-1], Cell(there[-1].label, there[-1].value, COLUMNS - used, there[-1].label_span)))
    return tuple(rows)


class _Shown:
    """Cells of one person; what was left out says so, or has no cell at all."""

    def __init__(self, person: WideAreaPerson, issued_on: datetime.date, *, shows_left_out: bool) -> None:
        self._person, self._issued_on, self._shows = person, issued_on, shows_left_out

    def day(self, text: str | None) -> str:
        """A day as this paper says it."""
        return _day(text, self._issued_on)

    def cell(
        self, label: str, item: str, words: Callable[[Any], str] = _word, span: int = COLUMNS, label_span: int = _LABEL_SPAN
    ) -> Cell | None:
        """The cell of an item; None if the paper has no such item, or it was left out where that leaves no trace."""
        value = getattr(self._person, item, None)
        if not hasattr(self._person, item) or (value is None and not self._shows):
            return None
        return Cell(label, words(value), span, label_span)

    def foreign(self, label: str, item: str, words: Callable[[Any], str]) -> Cell | None:
        """The same for an item of foreign residents."""
        held = self._person.foreign
        if item not in held or (held[item] is None and not self._shows):
            return None
        return Cell(label, words(held[item]), _HALF)


def _person_grid(
    person: WideAreaPerson, heading: str, issued_on: datetime.date, *, shows_left_out: bool, with_home: bool = True
) -> Grid:  # fmt: skip
    shown = _Shown(person, issued_on, shows_left_out=shows_left_out)
    japanese = not person.foreign
    rows: list[tuple[Cell | None, ...]] = [(Cell("氏名", _named(person.name, person.kana)),)]
    rows.append(tuple(Cell(label, name, _HALF) for label, name in (("旧氏", person.former_name), ("通称", person.alias)) if name))
    sex = Cell("性別", SEX_WORDS[person.sex], 4, 2) if person.sex is not None else None
    rows.append((Cell("生年月日", shown.day(person.birth), 11), sex, shown.cell("続柄", "relationship", span=9, label_span=2)))
    if with_home:
        rows += [(shown.cell("世帯主", "householder"),), (shown.cell("住所", "address"),)]
    became = ("住民となった年月日", "became_resident_on", shown.day, _HALF)
    rows.append((shown.cell(*became) if japanese else None, shown.cell("住所を定めた年月日", "address_since", shown.day, _HALF)))
    rows.append((shown.cell("届出の年月日", "notified_on", shown.day),))
    rows.append((shown.cell("従前の住所", "previous_address"),))
    if japanese:
        rows += [(shown.cell("本籍", "registered_domicile"),), (shown.cell("筆頭者", "registered_domicile_head"),)]
    rows += [tuple(shown.foreign(*cell) for cell in row) for row in _foreign_items(shown)]
    number = shown.cell("個人番号", "individual_number", _digits, _HALF) if getattr(person, "individual_number", "") != "" else None
    rows.append((shown.cell("住民票コード", "code", _digits, _HALF), number))
    return Grid((*_rows(rows), *_last_rows(person, issued_on)), heading)


def _foreign_items(shown: _Shown) -> Iterable[Iterable[tuple[str, str, Callable[[Any], str]]]]:
    """Label, item and words of what only a foreign resident has, row by row."""
    return (
        (("国籍・地域", "nationality", _word), ("法第30条の45に規定する区分", "residence_class", _word)),
        (("在留資格", "status_of_residence", _word), ("在留期間等", "period_of_stay", _word)),
        (("在留期間の満了の日", "stay_until", shown.day), ("在留カード等の番号", "residence_card_number", _word)),
        (("外国人住民となった年月日", "became_foreign_resident_on", shown.day),),
    )


def _last_rows(person: WideAreaPerson, issued_on: datetime.date) -> tuple[Row, ...]:
    """What a removed record says besides, and remarks."""
    if not isinstance(person, PrintedPerson):
        return ()
    rows: list[Row] = []
    if person.ended is not None:
        rows.append((Cell("消除事由", person.ended.reason, _HALF), Cell("事由の生じた年月日", _day(person.ended.on, issued_on), _HALF)))
        rows += [(Cell("転出先", person.ended.moved_to),)] if person.ended.moved_to else []
    rows += [(Cell("備考", person.remarks),)] if person.remarks else []
    return tuple(rows)


def _persons(content: Any, issued_on: datetime.date) -> list[Block]:
    """One person a page."""
    shows = not isinstance(content, ItemsCertificate)
    blocks: list[Block] = []
    for person in content.persons:
        blocks += [*([NewPage()] if blocks else []), _person_grid(person, "", issued_on, shows_left_out=shows)]
    return blocks


def _household(content: HouseholdCopy, issued_on: datetime.date) -> list[Block]:
    """What all have in common once, then one member below the other in the order given."""
    first = content.persons[0]
    home = Grid(((Cell("住所", _word(first.address)),), (Cell("世帯主", _word(first.householder)),)))
    members = (
        _person_grid(person, f"{number}", issued_on, shows_left_out=True, with_home=False)
        for number, person in enumerate(content.persons, 1)
    )
    return [home, *members]


def _wide_area(content: WideAreaCopy, issued_on: datetime.date) -> list[Block]:
    return [_person_grid(person, "", issued_on, shows_left_out=True) for person in content.persons]


def _moving_out(content: MovingOut, issued_on: datetime.date) -> list[Block]:
    day = Cell("転出年月日" if content.equivalent else "転出予定年月日", _day(content.leaves_on, issued_on))
    places = (("世帯主", content.householder), ("いままでの住所", content.old_address), ("転出先", content.destination))
    blocks: list[Block] = [Grid((*((Cell(label, _word(value)),) for label, value in places), (day,)))]
    for number, person in enumerate(content.persons, 1):
        blocks.append(_person_grid(person, f"{number}", issued_on, shows_left_out=False, with_home=False))
        blocks.append(Words(f"住所の順番 {person.residence}　本人確認情報の版 {person.version}"))
    return blocks


def _supplement(content: SupplementCopy, _: datetime.date) -> list[Block]:
    indication = (Cell("本籍", _word(content.registered_domicile)),), (Cell("筆頭者", _word(content.registered_domicile_head)),)
    made = ((Cell("編製日", content.made_on),),) if content.made_on else ()
    blocks: list[Block] = [Grid((*indication, *made))]
    for person in content.persons:
        last = [("在外選挙人名簿", person.overseas_roll), ("除籍", person.removed)]
        rows: Sequence[Row] = [(Cell("名", person.name),), *((Cell(label, value),) for label, value in last if value)]
        lines = tuple((line.address, line.since) for line in person.lines)
        blocks += [Grid(tuple(rows)), Lines(("住所", "住所を定めた年月日"), (3, 1), lines)]
    return blocks


def _code_slip(content: CodeSlip, issued_on: datetime.date) -> list[Block]:
    rows = (
        (Cell("氏名", content.name),),
        (Cell("生年月日", _day(content.birth, issued_on), 16), Cell("性別", SEX_WORDS[content.sex], 8, 2)),
        (Cell("住民票コード", _digits(content.code)),),
    )
    return [Words(_SLIP_WORDS[content.kind].format(day=_day(content.entered_on, issued_on))), Grid(rows), Words(_SLIP_CARE)]


def _acceptance(content: AcceptanceNotice, issued_on: datetime.date) -> list[Block]:
    accepted_on = _day(content.accepted_on, issued_on)
    said = f"{accepted_on}に、あなたについての{content.event}を受理しましたので、お知らせします。"
    care = "お心当たりのない場合は、下記までご連絡ください。"
    rows = (("届出", content.event), ("受理年月日", accepted_on), ("問い合わせ先", content.contact))
    return [Words(said), Words(care), Grid(tuple((Cell(label, value),) for label, value in rows))]


def _receipt(content: Receipt, _: datetime.date) -> list[Block]:
    rows = tuple((fee.label, f"{fee.count}", f"{fee.unit_yen:,}円", f"{fee.count * fee.unit_yen:,}円") for fee in content.fees)
    total = sum(fee.count * fee.unit_yen for fee in content.fees)
    table = Lines(("内訳", "件数", "単価", "金額"), (4, 1, 1, 1), rows)
    return [Words(f"金額　{total:,}円", large=True), Words("ただし、次の手数料として領収しました。"), table]


_BLOCKS: dict[type[Content], Callable[[Any, datetime.date], list[Block]]] = {
    **dict.fromkeys(CodeSlip.__subclasses__(), _code_slip),
    HouseholdCopy: _household, WideAreaCopy: _wide_area, MovingOut: _moving_out, SupplementCopy: _supplement,
    AcceptanceNotice: _acceptance, Receipt: _receipt,
}  # fmt: skip
