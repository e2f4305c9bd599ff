"""Filling in templates: names in the register's font, dates in eras, everything escaped (画面の描画)."""

import datetime
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from openjuki.counter.language import LANGUAGES, translations
from openjuki.offices.history import JAPAN
from openjuki.register.dates import DateText, is_calendar_date, to_era
from openjuki.register.event_reasons import reason_of
from openjuki.register.household import gloss_en
from openjuki.register.identity import Sex, Status

if TYPE_CHECKING:
    from openjuki.counter.shell import Visit

HERE = Path(__file__).parent
STATUS = {Status.RESIDENT: "住民", Status.REMOVED: "消除（転出等）", Status.DEAD: "消除（死亡）", Status.ANNULLED: "取消し"}
STATUS_EN = {Status.RESIDENT: "Resident", Status.REMOVED: "Removed (moved out)", Status.DEAD: "Removed (died)", Status.ANNULLED: "Annulled"}
SEX = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNKNOWN: "不明", Sex.NOT_APPLICABLE: "－"}
SEX_EN = {Sex.MALE: "Male", Sex.FEMALE: "Female", Sex.UNKNOWN: "Unknown", Sex.NOT_APPLICABLE: "-"}


def page(visit: "Visit", template: str, status: int, context: Mapping[str, Any]) -> Response:
    """A template with what every page knows of its visit."""
    environment = _environment(visit.language)
    text = environment.get_template(template).render(visit=visit, languages=LANGUAGES, page_name=template.removesuffix(".html"), **context)
    return HTMLResponse(text, status)


@lru_cache(maxsize=4)
def _environment(language: str) -> Environment:
    folders = ChoiceLoader([
        FileSystemLoader(HERE / "templates"),
        PrefixLoader({"entry": FileSystemLoader(HERE / "entry" / "templates")}),
    ])  # fmt: skip
    made = Environment(
        loader=folders, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"]
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["MENU"] = ()
    for name, shown in _filters(language).items():
        made.filters[name] = shown
    return made


def set_menu(menu: tuple[Any, ...]) -> None:
    """What the menu of every page offers."""
    for language in LANGUAGES:
        _environment(language).globals["MENU"] = menu


def _filters(language: str) -> dict[str, Callable[..., Any]]:
    japanese = language == "ja"
    return {
        "name": name,
        "address": partial(_japanese_text, "address"),
        "date": partial(date, japanese=japanese),
        "day": lambda day: date(day.isoformat(), japanese=japanese),
        "reason": lambda event: reason_of(event).japanese if japanese else reason_of(event).english.capitalize(),
        "moment": partial(moment, japanese=japanese),
        "code": spaced_code,
        "sex": lambda sex: (SEX if japanese else SEX_EN)[sex],
        "standing": lambda status: (STATUS if japanese else STATUS_EN)[status],
        "relationship": lambda words: words if japanese or not words else gloss_en(words),
    }


def name(text: str) -> Markup:
    """A name (or anything else recorded) in the register's own font, marked as Japanese for screen readers."""
    return Markup('<span class="name" lang="ja">{}</span>').format(text)


def _japanese_text(kind: str, text: str) -> Markup:
    return Markup('<span class="{}" lang="ja">{}</span>').format(kind, text)


def date(text: str, *, japanese: bool) -> Markup:
    """A date as the register has it: in its era, with the Gregorian day small beside it; in English the other way round."""
    if not text:
        return Markup("")
    era, western = to_era(DateText(text)), text if is_calendar_date(text) else ""
    shown, beside = (era, western) if japanese or not western else (western, era)
    first = Markup('<span class="nowrap" lang="ja">{}</span>').format(shown) if shown == era else escape(shown)
    return first + Markup(' <small class="beside" lang="ja">{}</small>').format(beside) if beside else first


def moment(time_ms: int, *, japanese: bool) -> str:
    """A time of the wall clock, in Japan."""
    when = datetime.datetime.fromtimestamp(time_ms / 1_000, JAPAN)
    return f"{when.year}年{when.month}月{when.day}日 {when:%H:%M}" if japanese else f"{when:%Y-%m-%d %H:%M}"


def spaced_code(code: str) -> Markup:
    """A resident record code in groups, as it is read aloud."""
    return Markup('<span class="code">{}</span>').format(" ".join((code[:4], code[4:8], code[8:])) if len(code) == 11 else code)
