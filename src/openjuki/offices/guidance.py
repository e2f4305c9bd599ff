"""Guidance of a prefecture for its municipalities, as both hold it (都道府県の指導・報告徴取・助言・勧告, Act art. 31(1), (2)).

Each is a thread: what the prefecture wrote, what the municipality answered, until the prefecture closes it. It is about how an affair is
handled and never about a resident: words that hold a resident record code or an Individual Number are refused by both.
"""

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.offices.store import Transaction
from openjuki.register.codes import individual_number, resident_code
from openjuki.register.dates import date_text
from openjuki.register.errors import Conflict, InvalidInput, Say

SCRIPT = """
CREATE TABLE guidance (id INTEGER PRIMARY KEY, office TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  answer_by TEXT NOT NULL, closed_ms INTEGER NOT NULL, UNIQUE (office, number));
CREATE TABLE guidance_word (id INTEGER PRIMARY KEY, guidance INTEGER NOT NULL, office TEXT NOT NULL, operator TEXT NOT NULL,
  at_ms INTEGER NOT NULL, words TEXT NOT NULL)"""

LETTER_SCRIPT = """
ALTER TABLE guidance_word ADD COLUMN letter TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX guidance_word_letter ON guidance_word (office, letter) WHERE letter <> ''"""

SUBJECT_MAX, WORDS_MAX, SHOWN_MAX, LETTER_MAX = 100, 2_000, 500, 64
"""Characters; characters; threads on a list; characters of a letter's own number."""
_NUMBER = re.compile(r"\d(?:[ -]?\d){10,11}(?!\d)")


class GuidanceKind(StrEnum):
    """On which words of article 31 it stands."""

    GUIDANCE = "guidance"
    """指導, 31(1)."""
    REPORT = "report"
    """報告の徴取, 31(2)."""
    ADVICE = "advice"
    """助言, 31(2)."""
    RECOMMENDATION = "recommendation"
    """勧告, 31(2)."""


class Subject(msgspec.Struct, frozen=True):
    """What a thread is about; `answer_by` is a day (ISO), "" where no answer is asked for."""

    kind: GuidanceKind
    subject: str
    answer_by: str = ""


class Word(NamedTuple):
    """One letter of a thread: whose (an office's code), by which operator ("" of the other office), when (wall clock, ms).

    `letter` is the number that its writer gave it, and by which both offices know it again; "" of one written before there were any.
    """

    office: str
    operator: str
    at_ms: int
    words: str
    letter: str = ""


class Thread(NamedTuple):
    """One guidance as an office holds it; `office` is the other one, `number` the prefecture's."""

    id: int
    office: str
    number: int
    about: Subject
    closed_ms: int
    words: tuple[Word, ...]

    @property
    def last_by_other(self) -> bool:
        """Whether the other office wrote last."""
        return bool(self.words) and self.words[-1].office == self.office


def checked(about: Subject) -> Subject:
    """InvalidInput unless its subject is short, says no number of a resident, and its day is one."""
    _plain("subject", about.subject, SUBJECT_MAX)
    if about.answer_by:
        date_text(about.answer_by, "answer_by")
    return about


def checked_words(words: str) -> str:
    """InvalidInput unless there are some, not too many, and no number of a resident is among them."""
    _plain("words", words, WORDS_MAX)
    return words


def checked_letter(letter: str) -> str:
    """InvalidInput unless a letter's own number is short and plain; "" is none."""
    if len(letter) > LETTER_MAX or not (letter.isascii() and letter.isprintable()):
        reason = Say("is no number of a letter.", "書面の番号ではありません。")
        raise InvalidInput("letter", reason, Say("Open the form again.", "入力画面を開き直してください。"))
    return letter


def _plain(item: str, text: str, size_max: int) -> None:
    if not 0 < len(text) <= size_max or any(unicodedata.category(one) == "Cc" and one != "\n" for one in text):
        reason = Say(f"is empty, longer than {size_max} characters, or unreadable.", f"空か、{size_max}文字超か、読めない字です。")
        raise InvalidInput(item, reason, Say("Write it anew.", "書き直してください。"))
    if any(_names_resident(found.group()) for found in _NUMBER.finditer(unicodedata.normalize("NFKC", text))):
        reason = Say("holds the number of a resident; guidance is never about one.", "住民の番号が含まれています。個人の記録は書けません。")
        remedy = Say(
            "Leave it out; a wrong record is told as a record error.",
            "番号を除いてください。記録の誤りは通報の画面で知らせます。",
        )
        raise InvalidInput(item, reason, remedy)


def _names_resident(digits: str) -> bool:
    number = "".join(one for one in digits if one.isdigit())
    try:
        (resident_code if len(number) == 11 else individual_number)(number)
    except InvalidInput:
        return False
    return True


def begin(transaction: Transaction, office: str, number: int, about: Subject) -> int:
    """A thread with that other office, or the one that there is; its id."""
    known = transaction.value("SELECT id FROM guidance WHERE office = ? AND number = ?", office, number)
    if known is None:
        row = (office, number, about.kind.value, about.subject, about.answer_by)
        transaction.execute("INSERT INTO guidance (office, number, kind, subject, answer_by, closed_ms) VALUES (?, ?, ?, ?, ?, 0)", row)
        known = transaction.value("SELECT id FROM guidance WHERE office = ? AND number = ?", office, number)
    return int(known)


def next_number(transaction: Transaction, now_ms: int) -> int:
    """A prefecture's next number: never one that it gave before, even if it was put back from a copy since."""
    return max(now_ms, int(transaction.value("SELECT coalesce(max(number), 0) FROM guidance")) + 1)


def add(transaction: Transaction, thread: int, word: Word) -> None:
    """One letter more."""
    sql = "INSERT INTO guidance_word (guidance, office, operator, at_ms, words, letter) VALUES (?, ?, ?, ?, ?, ?)"
    transaction.execute(sql, (thread, *word))


def thread_of(transaction: Transaction, office: str, letter: str) -> int | None:
    """The thread in which an office's letter of that number stands; None if it is new, or has none."""
    sql = "SELECT guidance FROM guidance_word WHERE office = ? AND letter = ?"
    known = transaction.value(sql, office, letter) if letter else None
    return None if known is None else int(known)


def close(transaction: Transaction, thread: int, now_ms: int) -> None:
    """The prefecture is content; nothing is written to it any more."""
    transaction.execute("UPDATE guidance SET closed_ms = ? WHERE id = ? AND closed_ms = 0", (now_ms, thread))


def thread(transaction: Transaction, number: int, *, open_only: bool = False) -> Thread:
    """The thread of an id. Raises Conflict if there is none, or if it is closed and `open_only`."""
    row = transaction.one("SELECT * FROM guidance WHERE id = ?", number)
    if row is None or (open_only and row[6]):
        reason = Say("is not there, or is closed.", "ないか、完結しています。")
        raise Conflict("guidance", reason, Say("See the list.", "一覧を確かめてください。"))
    return _thread(transaction, row)


def numbered(transaction: Transaction, office: str, number: int) -> Thread | None:
    """The thread with that other office under the prefecture's number."""
    row = transaction.one("SELECT * FROM guidance WHERE office = ? AND number = ?", office, number)
    return _thread(transaction, row) if row else None


def threads(transaction: Transaction) -> list[Thread]:
    """The newest SHOWN_MAX, open ones first."""
    rows = transaction.all("SELECT * FROM guidance ORDER BY CASE WHEN closed_ms = 0 THEN 0 ELSE 1 END, id DESC LIMIT ?", SHOWN_MAX)
    return [_thread(transaction, row) for row in rows]


def waiting(transaction: Transaction) -> int:
    """How many open threads wait for this office: the other one wrote last."""
    return sum(not one.closed_ms and one.last_by_other for one in threads(transaction))


def _thread(transaction: Transaction, row: tuple[int, str, int, str, str, str, int]) -> Thread:
    number, office, counted, kind, subject, answer_by, closed_ms = row
    words = transaction.all("SELECT office, operator, at_ms, words, letter FROM guidance_word WHERE guidance = ? ORDER BY id", number)
    about = Subject(GuidanceKind(kind), subject, answer_by)
    return Thread(number, office, counted, about, closed_ms, tuple(Word(*word) for word in words))
