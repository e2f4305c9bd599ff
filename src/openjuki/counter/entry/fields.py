"""What a form of the counter asks: fields with their words, kinds and articles, in sections (入力項目, standard 4; Act art. 7, 22-25)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from openjuki.register.errors import Say


class Kind(StrEnum):
    """How a field is asked and read; the readers stand in `reading.py`, the inputs in the template `entry/field.html`."""

    TEXT = "text"
    LONG = "long"
    NAME = "name"
    KANA = "kana"
    DATE = "date"
    """May be partial, unknown or impossible, as the document has it."""
    DAY = "day"
    """A day of the calendar."""
    SEX = "sex"
    RELATIONSHIP = "relationship"
    CODE = "code"
    INDIVIDUAL_NUMBER = "individual-number"
    COUNT = "count"
    FLAG = "flag"
    CHOICE = "choice"
    ADDRESS = "address"
    """Municipality (or ward), town, block and building."""
    PLACE = "place"
    """An address anywhere, or a whole town: the block may be blank."""
    PERSON = "person"
    """The resident whom the page is about; not asked."""
    MEMBER = "member"
    """One of the household."""
    MEMBERS = "members"
    """Some of the household."""
    RELATIONS = "relations"
    """Some of the household, each with what they are to the householder from then on."""
    OTHERS = "others"
    """What each member of the household is to the new householder."""
    STAYING = "staying"
    """Who heads those who stay, and what the others are to them."""
    RESIDENT = "resident"
    """Another resident: by code, or by name at the address of the form."""
    CERTIFICATE = "certificate"
    """The residence that a moving-out certificate says has ended."""
    ITEMS = "items"
    """Items of the list by their keys."""
    GROUP = "group"
    """Several fields under one roof, as one object."""
    TUPLE = "tuple"
    """The same, as a list in the order of the fields."""
    RECORD = "record"
    """What a record says, each item as it is, to be overwritten."""
    EVENTS = "events"
    """Events of the person that stand."""
    FILE = "file"
    """A JSON document, sent as a file or pasted."""
    ROWS = "rows"
    """The same fields for each of several."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of a field, with its words."""

    value: str
    label: Say


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the item's name in the notification, its words, how it is asked, and where it stands in the law."""

    name: str
    label: Say
    kind: Kind = Kind.TEXT
    required: bool = False
    hint: Say | None = None
    basis: str = ""
    key: str = ""
    """The item of the register by which it is read, if that is another word than `name`."""
    choices: tuple[Choice, ...] = ()
    fields: tuple["Field", ...] = ()
    """Of each row, or under one roof."""
    today: bool = False
    """Filled with the day of the register calendar (処理日)."""
    count: int = 1
    """Rows that are shown at first; 0 if there may be none."""
    means: tuple[str, ...] = ()
    """Further names by which an error of the procedure means this field."""
    suggest: str = ""
    """What is offered while typing: domiciles, relationships, households' addresses."""
    blank: bool = False
    """Whether a blank is a value: what stands there is taken away."""
    length_max: int = 300
    """Graphemes of a text."""


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading."""

    title: Say
    fields: tuple[Field, ...]
    hint: Say | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Within how many days after `since` a filing is due, counted to `until` (both names of fields), and by which article."""

    days: int
    since: str
    until: str
    basis: Say
    penalised: bool = False
    """Whether a late one may cost up to 50,000 yen (Act art. 53(2))."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one kind of event; `person` if it begins at a resident."""

    kind: str
    title: Say
    about: Say
    basis: Say
    sections: tuple[Section, ...]
    person: bool = True
    term: Term | None = None
    group: str = ""
    """Under which heading the menu of events has it."""
    papers: Say | None = None
    """What is to be shown or compared at the window."""

    def fields(self) -> Iterator[Field]:
        """Every field but those in rows or under a roof."""
        for section in self.sections:
            yield from section.fields

    def field(self, name: str) -> Field | None:
        """The field that an error or a value of that name means; None if there is none."""
        return next((field for field in self.fields() if name == field.name or name in field.means), None)
