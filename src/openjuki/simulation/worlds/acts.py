"""The acts of a world: each begins one step of a procedure and knows what must be true when somebody is told of its end (届出の実行)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from openjuki.law.policy import Field
from openjuki.offices import municipality, outbox
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.municipality_households import Relation
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.store import Transaction
from openjuki.procedures import (
    annulment,
    birth,
    change_of_address,
    code_allotment,
    code_change,
    correction,
    death,
    identity_query,
    move_in,
    move_out,
    resident_import,
)
from openjuki.procedures.change_of_address import ChangeOfAddressNotification
from openjuki.procedures.move_in import Arrival, MoveInNotification
from openjuki.register.change import Change, Residence, encode_change
from openjuki.register.errors import Broken
from openjuki.register.events import Items
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Reason, Sex
from openjuki.register.record import ResidentRecord, identity
from openjuki.simulation.worlds import cast
from openjuki.simulation.worlds.people import WRONG_BIRTH, Human
from openjuki.simulation.worlds.violation import Violation

if TYPE_CHECKING:
    from openjuki.simulation.worlds.script import Script

Act = Callable[["Script"], None]
Begin = Callable[[Office, Then], None]

FIELDS = (Field.NAME, Field.BIRTH, Field.ADDRESS, Field.STATUS)
CODES = 60
CLERK = "clerk"


def enter(script: Script, human: Human, office: str, begin: Begin) -> None:
    """Begin a step that enters something about a human at an office."""
    human.busy, before = True, script.world.register.version(human, office)

    def look() -> None:
        if script.world.register.version(human, office) != before:
            human.office = office
        script.look(human)

    def told(outcome: Any) -> None:
        look()
        if not failed(outcome):
            script.world.register.keep(office)
            for record in outcome if isinstance(outcome, list) else [outcome]:
                if isinstance(record, ResidentRecord):
                    script.world.register.must_hold(office, record)

    script.world.step(office, begin, told, look)


def codes_are_requested(script: Script, office: str = "") -> None:
    """A municipality asks the centre for codes."""
    office = office or script.chance.choice(cast.MUNICIPALITIES)
    script.world.step(office, lambda o, then: code_allotment.request(o, CODES, then), lambda outcome: None, lambda: None)


def household_enters(script: Script, office: str = "") -> None:
    """A household of an older register is entered."""
    office = office or script.chance.choice(cast.MUNICIPALITIES)
    entrants = script.people.household(office, f"H{script.number()}")
    humans = [_human(entrant.items, office) for entrant in entrants]

    def look() -> None:
        for human in humans:
            script.look(human)

    def told(outcome: Any) -> None:
        if isinstance(outcome, resident_import.Entered):
            look()
            script.world.register.keep(office)
            found = sum(bool(human.code) for human in humans)
            if found != outcome.entered:
                raise Violation(f"I1 {office} said that {outcome.entered} are entered, on its disk are {found}")

    script.world.step(office, lambda o, then: resident_import.enter_residents(o, CLERK, entrants, then), told, look)


def _human(items: Items, office: str) -> Human:
    name = items.name or ""
    return Human(name, items.birth or "", items.sex or Sex.UNKNOWN, office, names={name})


def birth_in(script: Script) -> None:
    """A child is born into somebody's household."""
    mother = script.at_home()
    if mother is None:
        return
    sex, born_on = script.people.sex(), script.today()
    name = script.people.name(sex)
    notification = birth.BirthNotification(mother.code, name.name, name.kana, born_on, sex, "子", born_on)
    child = Human(name.name, born_on, sex, mother.office, names={name.name})
    enter(script, child, mother.office, lambda o, then: birth.enter_birth(o, CLERK, notification, then))


def address_changes(script: Script) -> None:
    """Somebody moves inside the municipality, into a household of their own."""
    human = script.at_home()
    if human is not None:
        notification = ChangeOfAddressNotification(
            (Relation(human.code, HOUSEHOLDER),), script.people.address(human.office), script.today(), script.today()
        )
        enter(script, human, human.office, lambda o, then: change_of_address.change_address(o, CLERK, notification, then))


def name_is_corrected(script: Script) -> None:
    """A name turns out to have been written wrongly, from now on or since ever."""
    human = script.at_home()
    if human is not None:
        name = script.people.name(human.sex)
        human.names.add(name.name)
        items = Items(name=name.name, kana=name.kana)
        order = correction.CorrectionOrder(human.code, items, script.today(), since_ever=script.chance.random() < 0.3)
        enter(script, human, human.office, lambda o, then: correction.correct(o, CLERK, order, then))


def code_changes(script: Script) -> None:
    """Somebody wants another code."""
    human = script.at_home()
    if human is not None:
        request = code_change.CodeChangeRequest(human.code, script.today())
        enter(script, human, human.office, lambda o, then: code_change.change_code(o, CLERK, request, then))


def dies(script: Script) -> None:
    """Somebody dies."""
    human = script.at_home()
    if human is not None:
        notification = death.DeathNotification(human.code, script.today(), script.today())
        enter(script, human, human.office, lambda o, then: death.enter_death(o, CLERK, notification, then))


def is_annulled(script: Script) -> None:
    """One of the last events of somebody, here or at an office left before, turns out to be a mistake."""
    human = script.chance.choice(script.humans) if script.humans else None
    if human is None or human.busy:
        return
    sequences = script.world.register.event_sequences(human)
    if sequences:
        undone = annulment.Annulled(human.code, script.chance.choice(sequences[-3:]))
        order = annulment.AnnulmentOrder((undone,), script.today())
        enter(script, human, human.office, lambda o, then: annulment.annul(o, CLERK, order, then))


def moves_out(script: Script) -> None:
    """Somebody leaves for another municipality; the certificate stays in the human's hand."""
    human = script.at_home()
    if human is not None:
        today = script.today()
        notification = move_out.MoveOutNotification((human.code,), "他の市区町村", today, today)
        enter(script, human, human.office, lambda o, then: move_out.move_out(o, CLERK, notification, then))


def moves_in(script: Script) -> None:
    """Somebody who has moved out arrives, elsewhere or at the same office again."""
    human = script.on_the_way()
    if human is not None:
        _arrive(script, human, script.chance.choice(cast.MUNICIPALITIES))


def moves_in_twice(script: Script) -> None:
    """Two offices enter the same certificate, which only a mistake can bring about: both claim one residence."""
    human = script.on_the_way()
    if human is not None:
        first, second = script.chance.sample(cast.MUNICIPALITIES, 2)
        twin = Human(
            human.name, human.birth, human.sex, human.office, human.code, human.status, human.ended, True, human.names, human.codes
        )
        _arrive(script, human, first)
        _arrive(script, twin, second)


def _arrive(script: Script, human: Human, office: str) -> None:
    today, sex, address = script.today(), human.sex, script.people.address(office)
    arrival = Arrival(
        name=human.name, birth=human.birth, sex=sex, relationship=HOUSEHOLDER, kana="シメイ", code=human.code, ended=human.ended,
        known_as=script.world.register.known_as(human, office), nobody_known=True,
    )  # fmt: skip
    notification = MoveInNotification((arrival,), address, today, today, "他の市区町村")
    enter(script, human, office, lambda o, then: move_in.move_in(o, CLERK, notification, then))


def is_garbled(script: Script) -> None:
    """A fault in a municipality's own program: a change leaves that no hub can keep; the next one must not suffer."""
    human = script.at_home()
    if human is None:
        return
    human.busy, code = True, human.code

    def work(transaction: Transaction, office: Office) -> None:
        person = municipality.person_of_code(transaction, code)
        version, record = municipality.version_and_record(transaction, person)
        shown = msgspec.structs.replace(identity(record), birth=WRONG_BIRTH)
        residence = Residence(record.residence, office.code)
        wrong = Change(shown, residence, version + 1, None, Reason.MINOR_CORRECTION, record.status, "2013-12-02")
        outbox.put(transaction, office.prefecture_office, municipality.CHANGE, encode_change(wrong))

    def over(outcome: Any = None) -> None:
        human.busy = False

    script.world.step(human.office, lambda o, then: o.write(lambda transaction: work(transaction, o), then), over, over)


def is_asked_about(script: Script) -> None:
    """An agency asks about somebody, by a code that may be old, or by name and birth date."""
    agency = script.chance.choice(list(cast.ASKERS))
    asked, affair = cast.ASKERS[agency]
    if not script.humans:
        return
    human = script.chance.choice(script.humans)
    by_code = script.chance.random() < 0.5
    key = QueryKey(code=script.chance.choice(human.codes)) if by_code else QueryKey(name=human.name, birth=human.birth)
    number = script.number()
    query = identity_query.IdentityQuery(affair, f"case-{number}", f"officer-{number}", key, FIELDS)
    script.world.step(
        agency, lambda office, then: identity_query.ask(office, asked, query, then), partial(_answered, script, human, asked), lambda: None
    )


def _answered(script: Script, human: Human, asked: str, outcome: Any) -> None:
    if isinstance(outcome, Broken):
        raise Violation(f"I4 an answer of {asked} does not prove that it is logged: {outcome}")
    if not failed(outcome):
        script.world.answered(asked, outcome)
        if any(person.name not in human.names for person in outcome.persons):
            raise Violation(f"{asked} answers with somebody else")
