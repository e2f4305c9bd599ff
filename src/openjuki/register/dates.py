"""Dates of the register, partial, unknown or impossible ones too (年月日・和暦・不詳日, Act art. 7; standard 1.1.8, 1.1.9, 1.3.6).

Stores and wire hold a date as one canonical text; `date_forms` gives its grammar:

    1937-05-03   昭和12年5月3日          1937-00-00   昭和12年月日不詳        0000-00-00   年月日不詳
    1937-A1-00   昭和12年春              1937-05-E1   昭和12年5月上旬         1923-02-29   as written, though no calendar has it
    1937-05-03~  昭和12年5月3日頃        1937-05-00?  推定昭和12年5月         M45-07-30    明治45年7月30日, outside its era
    2020-05-03/2020-05-10~               令和2年5月3日から10日頃までの間

Before 1873 Japan had another calendar: dates of Meiji 1 to 5 stay as written (M05-11-20) and are bounded by their year;
a Gregorian year before 1873 is shown as 西暦. Earlier eras cannot be entered.
"""

import datetime
import re
import unicodedata
from typing import NewType

from openjuki.register.date_forms import NOTHING_KNOWN, SEASONS, THIRDS, UNKNOWN, Form, checked, parse, span_of, wrong
from openjuki.register.eras import BY_NAME, Era, Span, known_on, year_in_era
from openjuki.register.errors import InvalidInput, Say

DateText = NewType("DateText", str)
"""A date in its canonical text."""

UNKNOWN_DATE = DateText(UNKNOWN)

_SEASON_CODES = {word: code for code, word in SEASONS.items()}
_THIRD_CODES = {word: code for code, word in THIRDS.items()}
_LABEL = r"(?:(?:明治|大正|昭和|平成|令和|[明大昭平令MTSHR])(?:元|[0-9]{1,3})|(?:西暦)?[0-9]{4})"
_WHOLE_DAY = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])([0-9]{1,2}|元)[年.](0?[1-9]|1[0-2])[月.]([0-2]?[0-9]|3[01])日?")
_COMPACT = re.compile(r"([MTSHR][0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{2})")
_WORDS = re.compile(
    rf"(?:(?P<year>{_LABEL})(?:年又は(?P<other>{_LABEL}))?(?:年|[-./]|$))?"
    r"(?:(?P<month>0?[0-9]|1[0-2])(?:月|[-./]|$)|(?P<season>[春夏秋冬]))?"
    r"(?:(?P<day>0?[0-9]|[12][0-9]|3[01])日?|(?P<third>[上中下]旬))?(?:月?日?不[詳明])?"
)
_UNKNOWN_WORDS = re.compile(r"(?:生?年月日)?不[詳明]")
_SIGNS = str.maketrans("−‐‑–ー・", "-----.")
_SPAN_WORDS = re.compile(r"(.+?)から(.+?)まで(?:の間)?")


def date_text(text: str, item: str = "date") -> DateText:
    """A text that is canonical already; InvalidInput naming `item` if it is not."""
    if not is_calendar_date(text):
        parse(text, item)
    return DateText(text)


def is_canonical(text: str) -> bool:
    """Whether the text is canonical already."""
    try:
        date_text(text)
    except InvalidInput:
        return False
    return True


def is_calendar_date(text: str) -> bool:
    """Whether the canonical text is one day of the calendar: what every date must be but births, deaths and the like (1.1.8)."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not "1800" <= text < "2200":
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def calendar_date(text: str, item: str = "date") -> datetime.date:
    """The day that a canonical text names; InvalidInput if it is partial, unknown, impossible or no date."""
    if is_calendar_date(text):
        return datetime.date.fromisoformat(text)
    parse(text, item)
    reason = Say("a day of the calendar is needed here.", "暦上の年月日が必要です。")
    raise InvalidInput(item, reason, Say("Give year, month and day.", "年、月、日をすべて入力してください。"))


def text_of(day: datetime.date) -> DateText:
    """The canonical text of a day of the calendar."""
    return DateText(day.isoformat())


def from_era(text: str, item: str = "date") -> DateText:
    """What a person or a file wrote: Japanese or Gregorian, words, S12.5.3, S120503, full width, or canonical; InvalidInput if unreadable.

    A date outside its era is kept as written (明治45年7月30日 -> M45-07-30).
    """
    whole = _WHOLE_DAY.fullmatch(text)
    day = _day_in_era(whole) if whole else None
    if day:
        return text_of(day)
    if is_canonical(text):
        return DateText(text)
    # a date is not a name: folding width and the square eras (㍼) loses nothing
    words = "".join(unicodedata.normalize("NFKC", text).upper().translate(_SIGNS).split())
    if _UNKNOWN_WORDS.fullmatch(words):
        return UNKNOWN_DATE
    span = _SPAN_WORDS.fullmatch(words)
    if not span:
        return DateText(_settled(_read(words, item, None)).text())
    start = _read(span[1], item, None)
    forms = span_of(_settled(start), _settled(_read(span[2], item, start)), item)
    return DateText("/".join(form.text() for form in forms))


def _day_in_era(whole: re.Match[str]) -> datetime.date | None:
    """The day of the commonest form, at once: imports hold little else; None if its era or the calendar has no such day."""
    era, year = BY_NAME[whole[1]], 1 if whole[2] == "元" else int(whole[2])
    try:
        day = datetime.date(era.year_one + year - 1, int(whole[3]), int(whole[4]))
    except ValueError:
        return None
    return day if era.first <= day <= era.last else None


def to_era(text: DateText, on: datetime.date = datetime.date.max) -> str:
    """The date in Japanese as copies of the record show it; InvalidInput if `text` is not canonical.

    What is printed on a day names no era that was not known `on` it; without a day every era counts.
    """
    forms, known = parse(text, "date"), known_on(on)
    if forms == (NOTHING_KNOWN,):
        return "年月日不詳"
    if len(forms) == 1:
        return _point_words(forms[0], known)
    start, end = forms
    first = _span_words(start, _label(start, known) + _month(start))
    return f"{first}から{_span_words(end, _named_again(start, end, known))}までの間"


def earliest(text: DateText) -> datetime.date:
    """The first day that the date may be; 0001-01-01 if unknown. 頃 and 推定 widen nothing."""
    return datetime.date.fromisoformat(text) if is_calendar_date(text) else _spans(text)[0][0]


def latest(text: DateText) -> datetime.date:
    """The last day that the date may be; 9999-12-31 if unknown. 頃 and 推定 widen nothing."""
    return datetime.date.fromisoformat(text) if is_calendar_date(text) else _spans(text)[-1][1]


def may_equal(one: DateText, other: DateText) -> bool:
    """Whether both may mean the same day: for matching a partial date with a whole one."""
    if one == other:
        return True
    others = _spans(other)
    return any(a[0] <= b[1] and b[0] <= a[1] for a in _spans(one) for b in others)


def for_network(text: DateText) -> DateText:
    """The date as it leaves the municipality (1.1.8): Gregorian year, parts that are known, seasons; nothing is made up.

    Marks and thirds of a month go, an impossible day becomes unknown, a span keeps what both ends share.
    """
    if is_calendar_date(text):
        return text
    forms = [_plain(form) for form in parse(text, "date")]
    if len(forms) == 1 or forms[0] == forms[1]:
        return DateText(forms[0].text())
    start, end = forms
    if start.year != end.year:
        return UNKNOWN_DATE
    return DateText(Form("", start.year, start.month if start.month == end.month else "00", "00").text())


def age_on(birth: DateText, day: datetime.date) -> tuple[int, int] | None:
    """Least and most whole years of age on `day`, by birthdays; None if the birth date is unknown. Never below 0."""
    if birth == UNKNOWN_DATE:
        return None
    return _years(latest(birth), day), _years(earliest(birth), day)


def _years(birth: datetime.date, day: datetime.date) -> int:
    return max(0, day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))


def _spans(text: DateText) -> tuple[Span, ...]:
    forms = parse(text, "date")
    return forms[0].spans() if len(forms) == 1 else ((forms[0].spans()[0][0], forms[1].spans()[-1][1]),)


def _plain(form: Form) -> Form:
    if form.is_lunar:
        return Form("", form.gregorian_year, "00", "00")
    spans = form.spans()
    whole = form.day not in THIRDS and spans[0][0] == spans[-1][1]
    return Form("", form.gregorian_year, form.month, form.day if whole else "00")


def _settled(form: Form) -> Form:
    """With its era only where the Gregorian year would say something else."""
    return form._replace(era="", year=form.gregorian_year) if form.era and not form.needs_era() else form


def _read(words: str, item: str, before: Form | None) -> Form:
    """One point; in the end of a span the year, or year and month, of the start `before` are understood."""
    mark = "?" if "推定" in words else ""
    bare = words.replace("推定", "", 1)
    if bare.endswith(("頃", "ごろ", "~")):
        mark, bare = mark + "~", bare.removesuffix("頃").removesuffix("ごろ").removesuffix("~")
    if len(mark) > 1:
        raise wrong(item, Say("both presumed and about.", "「推定」と「頃」が両方あります。"))
    compact = _COMPACT.fullmatch(bare)
    match = _WORDS.fullmatch("-".join(compact.groups()) if compact else bare)
    if not match or not (match["year"] or before):
        raise wrong(item, Say("is not a date.", "年月日として読めません。"))
    return checked(_filled(match, mark, before, item), item)


def _filled(match: re.Match[str], mark: str, before: Form | None, item: str) -> Form:
    month = _SEASON_CODES.get(match["season"] or "") or f"{int(match['month'] or 0):02d}"
    day = _THIRD_CODES.get(match["third"] or "") or f"{int(match['day'] or 0):02d}"
    if match["year"] is None and before:
        return before._replace(month=before.month if month == "00" else month, day=day, mark=mark)
    era, year = _year(match["year"])
    if match["other"]:
        era, year = "", _shared_year((era, year), _year(match["other"]), item)
    return Form(era, year, month, day, mark)


def _year(label: str) -> tuple[str, int]:
    """Letter of the era ("" for a Gregorian year) and number of the year."""
    name = label.rstrip("0123456789元")
    era, number = BY_NAME.get(name), label.removeprefix(name)
    return era.letter if era else "", 1 if number == "元" else int(number)


def _shared_year(one: tuple[str, int], other: tuple[str, int], item: str) -> int:
    """The Gregorian year of a year that is written in two eras (昭和64年又は平成元年)."""
    first, second = (Form(*year, "00", "00").gregorian_year for year in (one, other))
    if first != second:
        raise wrong(item, Say("two eras that do not meet in that year.", "二つの元号の年が一致しません。"))
    return first


def _point_words(form: Form, known: tuple[Era, ...]) -> str:
    missing = ""
    if form.day == "00" and form.month not in SEASONS and not form.mark:
        missing = "月日不詳" if form.month == "00" else "日不詳"
    words = _label(form, known) + _month(form) + _day(form) + missing
    return {"": words, "~": f"{words}頃", "?": f"推定{words}"}[form.mark]


def _span_words(form: Form, named: str) -> str:
    """One end of a span: what names year and month, then the day, as the standard's list of unknown dates writes it."""
    day = _day(form)
    return {"": f"{named}{day}", "~": f"{named}{day}頃", "?": f"{named}推定{day}"}[form.mark]


def _named_again(start: Form, end: Form, known: tuple[Era, ...]) -> str:
    """Year and month of the end of a span, as far as they differ from its start."""
    if _label(start, known) != _label(end, known) or end.month == "00":
        return _label(end, known) + _month(end)
    return "" if start.month == end.month and end.day != "00" else _month(end)


def _label(form: Form, known: tuple[Era, ...]) -> str:
    names = [f"{year_in_era(era, form.gregorian_year)}" for era in form.eras(known)]
    return "又は".join(names) or f"西暦{form.year}年"


def _month(form: Form) -> str:
    return SEASONS.get(form.month) or (f"{int(form.month)}月" if form.month != "00" else "")


def _day(form: Form) -> str:
    return THIRDS.get(form.day) or (f"{int(form.day)}日" if form.day != "00" else "")
