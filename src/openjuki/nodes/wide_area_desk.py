"""The counter's way to a wide-area copy: one call to wait for, with the search for a code that is not known (広域交付の窓口, Rules art. 4).

outcome = await ask_copy(office, "clerk-1", application)      Copy, or NotCopied with words for the clerk
"""

import asyncio
from typing import Any

from openjuki.law.policy import Field
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.wide_area_evidence import found_code
from openjuki.offices.wide_area_outcomes import Copy, NotCopied, Why, not_copied
from openjuki.offices.wide_area_requests import CopyApplication
from openjuki.procedures import forwarded_query, identity_query, wide_area_copy
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.procedures.wide_area_copy import FoundPerson
from openjuki.register.addresses import office_of
from openjuki.register.errors import OpenJukiError
from openjuki.register.wide_area_copy import NUMBER_BYTES

OWN_PREFECTURE, OTHER_PREFECTURES = "act:30-7(4)3", "act:30-7(6)3"
"""The mayor's own affair of keeping the register, which the wide-area copy is part of."""
_FIELDS = (Field.NAME, Field.CODE, Field.SEX, Field.ADDRESS)


def new_number(office: Office) -> bytes:
    """The number of a new application."""
    return office.entropy(NUMBER_BYTES)


async def ask_copy(office: Office, operator: str, application: CopyApplication) -> Copy | NotCopied:
    """Ask the home office for what a wide-area copy shows.

    Raises InvalidInput for what was entered and cannot be, NotReady while this office or its store cannot work. Awaiting it again with
    the same application is safe at any time, also after this call was cancelled.
    """
    outcome: Copy | NotCopied = await _outcome(wide_area_copy.ask_copy, office, operator, application, find_code)
    return outcome


async def decline(office: Office, operator: str, application: CopyApplication, why: str) -> NotCopied:
    """The issuing mayor does not issue (Act art. 12-4(6)); errors as `ask_copy`."""
    outcome: NotCopied = await _outcome(wide_area_copy.decline, office, operator, application, why)
    return outcome


async def _outcome(step: Any, *arguments: Any) -> Any:
    told = asyncio.get_running_loop().create_future()
    step(*arguments, lambda outcome: None if told.done() else told.set_result(outcome))
    outcome = await told
    if isinstance(outcome, OpenJukiError):
        raise outcome
    return outcome


def find_code(office: Office, operator: str, application: CopyApplication, then: Then) -> None:
    """Find the code by name, birth date and sex, on the way that the Act has for the home's prefecture; `then` as for `FindCode`."""
    near = application.home[:2] == office.place.prefecture
    affair, case = OWN_PREFECTURE if near else OTHER_PREFECTURES, f"広域交付 {application.number.hex()}"
    query = IdentityQuery(affair, case, operator, QueryKey(name=application.name, birth=application.birth), _FIELDS)
    try:
        way = forwarded_query.way(office, affair)
    except OpenJukiError as error:
        then(error)
        return
    step = forwarded_query.ask if way.by_own_governor else identity_query.ask
    step(office, way.to, query, lambda outcome: then(outcome if failed(outcome) else _one(office, application, query, outcome)))


def _one(office: Office, application: CopyApplication, query: IdentityQuery, answer: IdentityAnswer) -> FoundPerson | NotCopied:
    """The one person of that sex who lives in the home municipality, and the proof of the answer."""
    fitting = [
        person
        for person in answer.persons
        if person.sex == application.sex and person.address is not None and office_of(person.address.municipality) == application.home
    ]
    if len(fitting) != 1 or not fitting[0].code:
        return not_copied(Why.NOT_FOUND)
    return FoundPerson(fitting[0].code, found_code(office, query, answer.persons, answer.time_ms, answer.salt, answer.promise))
