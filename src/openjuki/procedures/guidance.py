"""Guidance: a prefecture writes to a municipality of its own, which answers (都道府県の指導・報告徴取・助言・勧告, Act art. 31(1), (2)).

prefecture                        municipality
  1 give
          -- GuidanceGiven -->
                                  2 given_arrives     on its work list until it is answered
                                  3 answer            the chief, for the mayor
          <-- GuidanceAnswer --
  4 answer_arrives    on the prefecture's list
  5 go_on             a further letter, or the end
          -- GuidanceGiven -->
                                  2 again

No message of this file carries anything about a resident, and none goes to another prefecture or to the centre. Each letter has a number of
its own, given by its writer: sent twice, by a form or over the line, before or after a restart, it is entered once.
"""

import msgspec

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.offices import guidance, outbox
from openjuki.offices.guidance import Subject, Thread, Word
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput, Reason, Refused, Say
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried
from openjuki.wire.speech import encode

LETTER_BYTES = 12
"""Of chance, where nobody gave a letter a number."""


class GuidanceGiven(Message, frozen=True):
    """A letter of a prefecture (Act art. 31): the matter's number, what it is about, the words; `closed` says that the matter is over.

    `letter` is the letter's own number.
    """

    routes = frozenset({Route(OfficeKind.PREFECTURE, OfficeKind.MUNICIPALITY, Relation.OWN)})
    durable = True
    priority = Priority.NOTICE
    size_max = 16_384
    number: int
    about: Subject
    words: str
    closed: bool = False
    letter: str = ""


class GuidanceAnswer(Message, frozen=True):
    """What a municipality answers in its prefecture's matter of that number (Act art. 31(2)); `letter` is the answer's own number."""

    routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN)})
    durable = True
    priority = Priority.NOTICE
    size_max = 16_384
    number: int
    words: str
    letter: str = ""


class GuidanceOrder(msgspec.Struct, frozen=True):
    """A new letter: to which municipality, what it is about, the words; `letter` its own number, drawn if it has none."""

    municipality: str
    about: Subject
    words: str
    letter: str = ""


class GuidanceWord(msgspec.Struct, frozen=True):
    """A further letter of a thread (its id here); `closes` ends it, then without words if there are none. `letter` as of an order."""

    thread: int
    words: str
    closes: bool = False
    letter: str = ""


def _letter(office: Office, given: str) -> str:
    """The number of a letter that is written here."""
    return guidance.checked_letter(given) or office.entropy(LETTER_BYTES).hex()


def give(office: Office, operator: str, order: GuidanceOrder, then: Then) -> None:
    """Step 1, prefecture: write to one of its municipalities; `then` gets the thread's id, or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _give(transaction, office, operator, order), then)


def _give(transaction: Transaction, office: Office, operator: str, order: GuidanceOrder) -> int:
    letter = _letter(office, order.letter)
    known = guidance.thread_of(transaction, office.code, letter)
    return _begin(transaction, office, operator, order, letter) if known is None else known


def _begin(transaction: Transaction, office: Office, operator: str, order: GuidanceOrder, letter: str) -> int:
    entry = office.directory.entry(order.municipality)
    if entry is None or entry.kind is not OfficeKind.MUNICIPALITY or entry.prefecture != office.place.prefecture:
        reason = Say("is no municipality of this prefecture.", "この都道府県の市区町村ではありません。")
        raise InvalidInput("municipality", reason, Say("Choose one of the list.", "一覧から選んでください。"))
    about, words, now_ms = guidance.checked(order.about), guidance.checked_words(order.words), office.clock.wall_ms()
    if about.answer_by and about.answer_by < office.today().isoformat():
        reason = Say("is over already.", "過ぎています。")
        raise InvalidInput("answer_by", reason, Say("Give a day to come.", "これからの日を指定してください。"))
    number = guidance.next_number(transaction, now_ms)
    thread = guidance.begin(transaction, entry.code, number, about)
    guidance.add(transaction, thread, Word(office.code, operator, now_ms, words, letter))
    outbox.put(transaction, entry.code, GuidanceGiven.type_name(), encode(GuidanceGiven(number, about, words, letter=letter)))
    outbox.record(transaction, now_ms, "office:guidance:given", operator, f"{entry.code} {about.kind}")
    return thread


def given_arrives(transaction: Transaction, office: Office, origin: Entry, message: GuidanceGiven, carried: Carried) -> None:
    """Step 2, municipality: kept, and on the work list until somebody answers or the prefecture closes it."""
    if origin.kind is not OfficeKind.PREFECTURE or origin.prefecture != office.place.prefecture:
        raise Refused(Reason.WRONG_OFFICE, "Act art. 31")
    letter = guidance.checked_letter(message.letter)
    if guidance.thread_of(transaction, origin.code, letter) is not None:
        return
    thread, now_ms = guidance.begin(transaction, origin.code, message.number, guidance.checked(message.about)), office.clock.wall_ms()
    if message.words or not message.closed:
        guidance.add(transaction, thread, Word(origin.code, "", now_ms, guidance.checked_words(message.words), letter))
    if message.closed:
        guidance.close(transaction, thread, now_ms)


def answer(office: Office, operator: str, word: GuidanceWord, then: Then) -> None:
    """Step 3, municipality: answer an open letter; `then` gets the thread's id, or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _answer(transaction, office, operator, word), then)


def _answer(transaction: Transaction, office: Office, operator: str, word: GuidanceWord) -> int:
    letter = _letter(office, word.letter)
    known = guidance.thread_of(transaction, office.code, letter)
    if known is not None:
        return known
    thread, now_ms = guidance.thread(transaction, word.thread, open_only=True), office.clock.wall_ms()
    guidance.add(transaction, thread.id, Word(office.code, operator, now_ms, guidance.checked_words(word.words), letter))
    outbox.put(transaction, thread.office, GuidanceAnswer.type_name(), encode(GuidanceAnswer(thread.number, word.words, letter)))
    outbox.record(transaction, now_ms, "office:guidance:answered", operator, f"{thread.office} {thread.number}")
    return thread.id


def answer_arrives(transaction: Transaction, office: Office, origin: Entry, message: GuidanceAnswer, carried: Carried) -> None:
    """Step 4, prefecture: kept with the letter that it answers, even one that was closed meanwhile.

    Refused if the sender was never written to under that number.
    """
    thread = guidance.numbered(transaction, origin.code, message.number)
    if thread is None:
        raise Refused(Reason.WRONG_OFFICE, "Act art. 31(2)")
    letter = guidance.checked_letter(message.letter)
    if guidance.thread_of(transaction, origin.code, letter) is None:
        guidance.add(transaction, thread.id, Word(origin.code, "", office.clock.wall_ms(), guidance.checked_words(message.words), letter))


def go_on(office: Office, operator: str, word: GuidanceWord, then: Then) -> None:
    """Step 5, prefecture: a further letter, or the end; `then` gets the thread's id, or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _go_on(transaction, office, operator, word), then)


def _go_on(transaction: Transaction, office: Office, operator: str, word: GuidanceWord) -> int:
    letter, closes_only = _letter(office, word.letter), word.closes and not word.words
    known = guidance.thread_of(transaction, office.code, letter)
    if known is not None:
        return known
    thread, now_ms = guidance.thread(transaction, word.thread, open_only=not closes_only), office.clock.wall_ms()
    if closes_only and thread.closed_ms:
        return thread.id
    if not closes_only:
        guidance.add(transaction, thread.id, Word(office.code, operator, now_ms, guidance.checked_words(word.words), letter))
    if word.closes:
        _may_close(thread)
        guidance.close(transaction, thread.id, now_ms)
    message = GuidanceGiven(thread.number, thread.about, word.words, word.closes, letter)
    outbox.put(transaction, thread.office, GuidanceGiven.type_name(), encode(message))
    outbox.record(transaction, now_ms, "office:guidance:went-on", operator, f"{thread.office} {thread.number}")
    return thread.id


def _may_close(thread: Thread) -> None:
    if thread.about.answer_by and all(word.office != thread.office for word in thread.words):
        reason = Say("the answer that was asked for has not come.", "求めた回答がまだ届いていません。")
        raise Conflict("guidance", reason, Say("Wait for it, or write again.", "回答を待つか、催促してください。"))
