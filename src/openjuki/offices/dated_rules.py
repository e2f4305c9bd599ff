"""What a municipality records and tells on a day of its calendar (施行日による記載事項・通知事項, Act art. 7, 30-5; mission X11)."""

from typing import NamedTuple

from openjuki.law.calendar import Profile, Rule, holds, not_told, require_recordable
from openjuki.offices.office import Office
from openjuki.register.dates import date_text, earliest
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Items
from openjuki.register.foreign_residents import is_foreign
from openjuki.register.record import ResidentRecord


class Telling(NamedTuple):
    """By which rules prefecture and centre are told: the items left out, and whether they hear of foreign residents."""

    left_out: frozenset[str]
    foreigners: bool

    def leaves_out(self, record: ResidentRecord) -> bool:
        """Whether nothing at all is told of this person yet."""
        return not self.foreigners and is_foreign(record.other)

    def text(self) -> bytes:
        """The rules in a word, to be compared with those of another day."""
        return " ".join([*sorted(self.left_out), "foreigners" if self.foreigners else "no-foreigners"]).encode()


_ALL = Telling(frozenset(), True)


def telling(office: Office) -> Telling:
    """The rules of the office's calendar today."""
    if office.profile is Profile.OPEN:
        return _ALL
    today = office.today()
    return Telling(not_told(today, office.profile), holds(Rule.FOREIGN_RESIDENTS_IN_NETWORK, today, office.profile))


def check_recordable(office: Office, items: Items) -> None:
    """InvalidInput for a birth that lies ahead, and for an item that the law does not know yet today; to take an item away is lawful."""
    if items.birth and earliest(date_text(items.birth, "birth")) > office.today():
        remedy = Say("Check the date of birth with the document.", "生年月日を書類と照らしてください。")
        raise InvalidInput("birth", Say("lies after today.", "未来の日付です。"), remedy)
    if office.profile is Profile.OPEN:
        return
    given = {**items.given(), **(items.other or {})}
    require_recordable((item for item, value in given.items() if value), office.today(), office.profile)
