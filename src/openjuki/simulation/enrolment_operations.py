"""What the officers of the centre do: see requests, agree, refuse, suspend, open again (登録の承認; architecture section 2)."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from openjuki.nodes.control import Tell
from openjuki.nodes.trust_folder import fingerprint_of
from openjuki.offices.office import Office
from openjuki.offices.registrar import Enrolment
from openjuki.procedures import enrolment
from openjuki.procedures.enrolment import Application
from openjuki.register.errors import InvalidInput, NotReady, Say
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import CENTRE
from openjuki.wire.speech import encode

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]


def _centre(country: Country) -> Office:
    if CENTRE not in country.nodes:
        elsewhere = Say("the centre does not run here.", "全国センターはここでは動いていません。")
        raise NotReady(
            CENTRE, elsewhere, Say("Give --dir of the process that runs it.", "センターを動かしている場所を --dir で指定してください。")
        )
    return country.office(CENTRE)


async def requests(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """The requests that wait for officers."""
    office = _centre(country)
    waiting = await country.call(office.write, enrolment.requests)
    return {"requests": [_shown(request, application, replaces) for request, application, replaces in waiting]}


def _shown(request: Enrolment, application: Application, replaces: bool) -> Arguments:
    return {
        "number": request.id, "code": application.code, "kind": application.kind.value, "name": application.name,
        "prefecture": application.prefecture, "host": application.host, "port": application.port, "bodies": list(application.bodies),
        "affairs": list(application.affairs), "fingerprint": fingerprint_of(encode(application)), "received_ms": request.received_ms,
        "first_officer": request.first_officer, "replaces": replaces,
    }  # fmt: skip


async def agree(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """One officer agrees; with the second, different one the office is in the directory."""
    sealed = await country.call(enrolment.agree, _centre(country), arguments["number"], arguments["officer"])
    return {"number": arguments["number"], "open": sealed is not None, "directory": sealed.head.number if sealed else None}


async def refuse(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """One officer says no."""
    await country.call(enrolment.refuse, _centre(country), arguments["number"], arguments["officer"])
    return {"number": arguments["number"], "refused": True}


async def suspend(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """Two officers close an office to traffic."""
    return await _turn(country, arguments, open_again=False)


async def open_again(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """Two officers open it again."""
    return await _turn(country, arguments, open_again=True)


async def _turn(country: Country, arguments: Arguments, *, open_again: bool) -> Any:
    officers = arguments["officers"]
    if len(officers) != 2:
        few = Say("two officers must decide.", "担当者2名の決定が必要です。")
        raise InvalidInput("officer", few, Say("Give --officer twice.", "--officer を2回指定してください。"))
    office, code = _centre(country), arguments["code"]
    sealed = await country.call(partial(enrolment.suspend, open_again=open_again), office, code, (officers[0], officers[1]))
    return {"code": code, "open": open_again, "directory": sealed.head.number}


OPERATIONS: Mapping[str, Operation] = {
    "requests": requests, "agree": agree, "refuse": refuse, "suspend": suspend, "open": open_again,
}  # fmt: skip
