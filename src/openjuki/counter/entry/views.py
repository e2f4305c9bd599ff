"""What the templates of the forms ask: texts as typed, faults by input, what is offered while typing (入力画面の表示, standard 4.0.6)."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from openjuki.counter.entry.concerned import Concerned
from openjuki.counter.entry.fields import Field, Form, Kind
from openjuki.counter.entry.reading import rows
from openjuki.counter.entry.shown import reason_words
from openjuki.counter.entry.terms import next_head
from openjuki.counter.entry.typed import Fault, Typed
from openjuki.offices import municipality
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address, Municipality, wards_of
from openjuki.register.errors import Say
from openjuki.register.events import Event
from openjuki.register.fold import annulled
from openjuki.register.foreign_residents import FOREIGN_ITEMS, is_foreign
from openjuki.register.household import WORDS, gloss_en
from openjuki.register.household import relationship as relationship_of
from openjuki.register.record import ResidentRecord

_OF_JAPANESE = frozenset({"registered_domicile", "registered_domicile_head", "became_resident_on", "former_name"})
_ALONE = ("世帯主", "縁故者", "同居人")
_JOINED = ("子の妻", "子の夫", "子の子", "妻の父", "妻の母", "夫の父", "夫の母", "父の母")


class Offered(NamedTuple):
    """An event that may be undone: whose, which, and its words."""

    record: ResidentRecord
    event: Event
    words: Say

    @property
    def value(self) -> str:
        """As the form names it."""
        return f"{self.record.person}.{self.event.sequence}"


class View:
    """One form as it is shown."""

    def __init__(self, form: Form, typed: Typed, about: Concerned, faults: list[Fault], events: tuple[Offered, ...], office: str) -> None:
        self.form, self.typed, self.about, self.faults, self.events, self._office = form, typed, about, faults, events, office
        self._given = typed.given()

    def value(self, at: str) -> str:
        """The text of an input, as it was typed."""
        texts = self._given.get(at)
        return texts[0] if texts else ""

    def ticked(self, at: str, value: object) -> bool:
        """Whether a box of that value is ticked."""
        return str(value) in self._given.get(at, ())

    def faults_at(self, at: str) -> list[Fault]:
        """What is wrong at an input."""
        return [fault for fault in self.faults if fault.at == at]

    @property
    def first_input(self) -> str:
        """Id of the input that has the focus when the form is opened; "" where something is wrong, which is read first."""
        field = next(field for field in self.form.fields() if field.kind is not Kind.PERSON)
        if self.faults:
            return ""
        listed = field.kind in (Kind.MEMBER, Kind.MEMBERS, Kind.RELATIONS) and self.about.members
        return f"{field.name}-{self.about.members[0].person}" if listed else field.name

    def under(self, field: Field) -> list[Field]:
        """The fields under a roof that are asked: of a record those that the person can have at all (Act art. 7 items 5 and 6, 30-45)."""
        if field.kind is not Kind.RECORD or self.about.person is None:
            return list(field.fields)
        hidden = _OF_JAPANESE if is_foreign(self.about.person.other) else {*FOREIGN_ITEMS, "alias"}
        return [inner for inner in field.fields if inner.name not in hidden]

    def rows(self, field: Field, at: str) -> range:
        """The rows of a field that are shown."""
        return range(rows(self.typed, field, at))

    @property
    def wards(self) -> tuple[Municipality, ...]:
        """The wards of a designated city; none of another municipality."""
        return wards_of(self._office)

    @property
    def relationships(self) -> list[tuple[str, str]]:
        """Relationships that are often wanted, with their English."""
        return [(words, gloss_en(relationship_of(words))) for words in (*_ALONE, *WORDS, *_JOINED)]

    @property
    def domiciles(self) -> list[str]:
        """Domiciles and addresses of the household, each once (本籍入力補助, standard 4.0.6)."""
        found = [record.registered_domicile for record in self.about.members] + [record.address.text() for record in self.about.members]
        return [text for text in dict.fromkeys(found) if text]

    @property
    def heads(self) -> list[str]:
        """Heads of the household's family registers, each once."""
        return [name for name in dict.fromkeys(record.registered_domicile_head for record in self.about.members) if name]

    @property
    def buildings(self) -> list[str]:
        """Buildings of the household's addresses, each once."""
        return [text for text in dict.fromkeys(record.address.building for record in self.about.members) if text]

    def open(self, fields: list[Field], prefix: str) -> bool:
        """Whether something was typed into one of these fields, or is wrong there."""
        names = [prefix + field.name for field in fields]
        return any(self.typed.has(name) or any(fault.at.startswith(name) for fault in self.faults) for name in names)

    @property
    def next_head(self) -> str:
        """Who would be asked to name a householder, if the present one left."""
        return next_head(self.about)


def events_to_undo(transaction: Transaction, about: Concerned, chosen: list[str]) -> tuple[Offered, ...]:
    """Every event of the household that stands, and of whom was chosen already, the newest first."""
    numbers = [record.person for record in (*about.members, *about.gone)]
    numbers += [int(number) for text in chosen if (number := text.partition(".")[0]).isdecimal()]
    found: list[Offered] = []
    for record in (municipality.record_of(transaction, person) for person in dict.fromkeys(numbers)):
        events = municipality.events_of(transaction, record.person)
        gone = annulled(events)
        found += [Offered(record, event, reason_words(event)) for event in events if event.sequence not in gone]
    return tuple(sorted(found, key=lambda one: -one.event.sequence))


def first_typed(form: Form, about: Concerned, today: datetime.date, office: str) -> Typed:
    """What a form holds when it is opened: today where the day is today, the record as it stands, the person ticked."""
    return Typed({name: [text] for name, text in _first(form, about, today, office)})


def _first(form: Form, about: Concerned, today: datetime.date, office: str) -> Iterator[tuple[str, str]]:
    for field in form.fields():
        if field.today:
            yield field.name, today.isoformat()
        elif field.kind in (Kind.MEMBERS, Kind.RELATIONS) and about.person:
            yield field.name, str(about.person.person)
        elif field.kind is Kind.RECORD and about.person:
            yield from _record(field, about.person)
        if field.kind is Kind.RELATIONS:
            for record in about.members:
                yield f"{field.name}-{record.person}-relationship", record.relationship
        if field.name in ("name", "kana") and form.kind.startswith("nationality") and about.person:
            yield field.name, getattr(about.person, field.name)


def _record(field: Field, record: ResidentRecord) -> Iterator[tuple[str, str]]:
    for item in field.fields:
        value = getattr(record, item.name, record.other.get(item.name, ""))
        if isinstance(value, Address):
            for part in ("municipality", "town", "block", "building"):
                yield f"{field.name}-{item.name}-{part}", getattr(value, part)
        elif value != "":
            yield f"{field.name}-{item.name}", str(int(value) if item.kind is Kind.SEX else value)
