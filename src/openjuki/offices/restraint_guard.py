"""The guard of every way out: what goes to whom about whom under the restraints held here (抑止; standard j410, j440; docs/restraint.md).

Whoever gives out data of a person asks `judged` or `passes`, in the transaction that gives them; whoever lists or counts persons passes
the list through `shown`. Whose paper tells where a protected person lives is judged as that person (restraint_housemates.py).

A word of EXAMINE becomes ALLOWED only by a temporary release for this very request (一時解除): asked for by one, agreed to by another, shut
by itself. To whoever is not given it, the answer is that of `absent`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from openjuki.law.restraint import RELEASE_MS_MAX, Judgement, Release, give_release, judge, judge_housemate, released, strictest
from openjuki.law.ways_out import WAYS, Asker, WayOut, Word
from openjuki.offices import outbox, restraint_housemates, restraints
from openjuki.offices.office import Office
from openjuki.offices.restraints import Held
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput, Say

REASON_MAX = 400


class About(NamedTuple):
    """Whom an output is about: a resident record by its internal number, or a member of an address supplement here."""

    person: int = 0
    supplement: int = 0
    member: int = 0

    def text(self) -> str:
        """As a release names it."""
        return f"p{self.person}" if self.person else f"s{self.supplement}.{self.member}"


class AskedRelease(NamedTuple):
    """A release that one person asked for: its number, and once another has agreed from when until when it holds (wall clock, ms)."""

    number: int
    way: WayOut
    asker: Asker
    case: str
    asked_by: str
    reason: str
    agreed_by: str
    given_ms: int
    until_ms: int


def absent() -> Conflict:
    """What is said of who is not in the register, and word for word of who is not shown."""
    reason = Say("nothing here answers to that.", "該当するものはありません。")
    return Conflict("person", reason, Say("Check what was given, and ask the office.", "内容を確かめ、窓口でおたずねください。"))


def passes(transaction: Transaction, office: Office, way: WayOut, asker: Asker, person: int, case: str = "") -> Word:
    """The word on giving `way` about a resident record to `asker`, now; `case` is the number of the request, for its release."""
    return judged(transaction, office, way, asker, [About(person)], case).word


def judged(transaction: Transaction, office: Office, way: WayOut, asker: Asker, about: Iterable[About], case: str = "") -> Judgement:
    """The judgement that counts for an output about all of `about`: the strictest; `tell` may be said to anybody, `note` goes along."""
    return strictest([_judged(transaction, office, way, asker, one, case) for one in about])


def _judged(transaction: Transaction, office: Office, way: WayOut, asker: Asker, about: About, case: str) -> Judgement:
    on = office.today()
    own = judge(way, asker, (held.restraint for held in _bearing(transaction, about)), on, office.profile)
    others = judge_housemate(way, asker, (held.restraint for held in _around(transaction, about)), on)
    word = strictest((own, others))
    if word.word is Word.EXAMINE and case:
        for release in _releases(transaction, way, asker, about, case):
            word = released(word, way, asker, release, office.clock.wall_ms())
    return word


def _bearing(transaction: Transaction, about: About) -> list[Held]:
    """The restraints, ended ones too, of the person themself."""
    if about.person:
        return restraints.held_of(transaction, about.person)
    names = restraint_housemates.names_of(transaction, about.supplement, about.member)
    return [held for name, birth in sorted(names) for held in restraints.held_of_named(transaction, name, birth)]


def _around(transaction: Transaction, about: About) -> list[Held]:
    """Those of whoever lives with the person."""
    if about.person:
        return restraint_housemates.of_record(transaction, about.person)
    return restraint_housemates.of_member(transaction, about.supplement, about.member)


def named_as_abuser(transaction: Transaction, about: About, name: str, birth: str = "") -> bool:
    """Whether somebody of that name (and birth date, where both are known) is the abuser of the person, or of one who lives with them."""
    held = (*_bearing(transaction, about), *_around(transaction, about))
    return any(restraints.is_abuser(abuser, name, birth) for one in held for abuser in one.application.abusers)


def shown(transaction: Transaction, office: Office, way: WayOut, asker: Asker, persons: Iterable[int]) -> list[int]:
    """Those of the records that a list or a count may show to `asker`; the others are not there. No release opens a list."""
    if asker in WAYS[way].allowed:
        return list(persons)
    concerned = restraint_housemates.concerned(transaction)
    return [
        person for person in persons if person not in concerned or passes(transaction, office, way, asker, person) is Word.ALLOWED
    ]  # fmt: skip


def ask_release(
    transaction: Transaction, office: Office, operator: str, way: WayOut, asker: Asker, about: Iterable[About], case: str, reason: str,
    for_ms: int = RELEASE_MS_MAX,
) -> int:  # fmt: skip
    """One person asks that this request may go; returns the number under which another may agree. Raises InvalidInput."""
    needed = {"case": case, "reason": reason, "operator": operator}
    for item, text in needed.items():
        if not 0 < len(text.strip()) <= REASON_MAX:
            remedy = Say("Say who releases what for which request and why.", "担当者、請求の番号、理由を入力してください。")
            raise InvalidInput(item, Say("is missing or too long.", "がないか、長すぎます。"), remedy)
    now_ms = office.clock.wall_ms()
    give_release(way, asker, frozenset({operator, f"not {operator}"}), now_ms, for_ms)  # would a second person be able to give it?
    persons = " ".join(one.text() for one in about)
    sql = """INSERT INTO restraint_release (way, asker, case_number, persons, reason, for_ms, asked_by, asked_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"""
    number = int(transaction.value(sql, way.value, asker.value, case, persons, reason.strip(), for_ms, operator, now_ms))
    outbox.record(transaction, now_ms, "restraint:release:asked", operator, f"release {number} case {case}")
    return number


def agree(transaction: Transaction, office: Office, supervisor: str, number: int) -> AskedRelease:
    """Another person, the supervisor (支援措置責任者), agrees: it opens now and shuts by itself.

    Conflict if it was opened before; InvalidInput if it is the same person.
    """
    row = transaction.one("SELECT way, asker, asked_by, for_ms FROM restraint_release WHERE id = ? AND given_ms = 0", number)
    if row is None:
        reason = Say("does not wait for agreement.", "承認待ちではありません。")
        raise Conflict("release", reason, Say("Ask for a release.", "一時解除を申請してください。"))
    way, asker, asked_by, for_ms = row
    now_ms = office.clock.wall_ms()
    given = give_release(WayOut(way), Asker(asker), frozenset({asked_by.strip(), supervisor.strip()}), now_ms, for_ms)
    sql = "UPDATE restraint_release SET agreed_by = ?, given_ms = ?, until_ms = ? WHERE id = ?"
    transaction.execute(sql, (supervisor, given.given_ms, given.until_ms, number))
    outbox.record(transaction, now_ms, "restraint:release:agreed", supervisor, f"release {number}")
    return release_of(transaction, number)


def release_of(transaction: Transaction, number: int) -> AskedRelease:
    """A release by its number; Conflict if there is none."""
    sql = "SELECT id, way, asker, case_number, asked_by, reason, agreed_by, given_ms, until_ms FROM restraint_release WHERE id = ?"
    row = transaction.one(sql, number)
    if row is None:
        reason = Say("no such release was asked for.", "その一時解除の申請はありません。")
        raise Conflict("release", reason, Say("See the list.", "一覧を確かめてください。"))
    return AskedRelease(row[0], WayOut(row[1]), Asker(row[2]), *row[3:])


def releases_waiting(transaction: Transaction) -> list[AskedRelease]:
    """Those that wait for the supervisor, the oldest first."""
    rows = transaction.all("SELECT id FROM restraint_release WHERE given_ms = 0 ORDER BY id")
    return [release_of(transaction, number) for (number,) in rows]


def _releases(transaction: Transaction, way: WayOut, asker: Asker, about: About, case: str) -> list[Release]:
    sql = """SELECT persons, asked_by, agreed_by, given_ms, until_ms FROM restraint_release
      WHERE case_number = ? AND way = ? AND asker = ? AND given_ms > 0"""
    return [
        Release(way, asker, frozenset({asked_by, agreed_by}), given_ms, until_ms)
        for persons, asked_by, agreed_by, given_ms, until_ms in transaction.all(sql, case, way.value, asker.value)
        if about.text() in persons.split()
    ]
