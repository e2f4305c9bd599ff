"""Pages for everybody, without log-in: services and hours, and whether a paper is genuine (窓口案内・文書の検証; promises N14, X8)."""

import datetime
from typing import NamedTuple

from starlette.responses import Response

from openjuki.counter.papers import KINDS
from openjuki.counter.shell import PUBLIC, Page, Visit
from openjuki.documents.issue import read_payload
from openjuki.documents.kinds import FORMS
from openjuki.law.kinds import OfficeKind
from openjuki.offices import issued_documents, services
from openjuki.offices.history import JAPAN
from openjuki.offices.services import Form, Opening, ServiceKind
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say

DAYS = (
    Say("Mon", "月"), Say("Tue", "火"), Say("Wed", "水"), Say("Thu", "木"), Say("Fri", "金"), Say("Sat", "土"), Say("Sun", "日"),
)  # fmt: skip
_NONE = Say("No paper issued here has this number and code.", "この番号とコードの書類は、ここでは発行していません。")


async def offered(visit: Visit) -> Response:
    """What this office offers, since when, at what hours, what to bring; and where the other offices' pages are."""
    office, moment = visit.window.office, _moment(visit)
    if office.kind is not OfficeKind.MUNICIPALITY:
        return visit.go("/login")
    listed = await visit.window.write(lambda transaction: services.offered(transaction, office.today()))
    open_now = {service.kind for service in listed if services.is_open(service, moment)}
    context = {"services": listed, "open_now": open_now, "moment_ms": round(moment.timestamp() * 1_000)}
    return visit.page("services.html", **context, words=lambda form: _words(visit, form), hours=lambda opening: _hours(visit, opening))


class UsualHours(NamedTuple):
    """At what hours a service is usual, and whether this moment is one of them."""

    text: str
    now: bool


def usual_hours(visit: Visit, kind: ServiceKind) -> UsualHours:
    """Those that everybody begins with; an office's own hours stand on that office's page, and it refuses outside of them."""
    service = next(one for one in services.DEFAULTS if one.kind is kind)
    return UsualHours(" ".join(_hours(visit, opening) for opening in service.hours), services.is_open(service, _moment(visit)))


def public_page(visit: Visit, code: str) -> str:
    """Where another office of the sandbox has its page of services: beside this one, under its own host name."""
    return f"//{code}.{visit.request.headers['host'].partition('.')[2]}/services"


def _moment(visit: Visit) -> datetime.datetime:
    """The register's day with the machine's time of day: a demonstration may have moved the calendar."""
    now = datetime.datetime.fromtimestamp(visit.window.office.clock.wall_ms() / 1_000, JAPAN)
    return datetime.datetime.combine(visit.window.office.today(), now.timetz())


def _words(visit: Visit, form: Form) -> str:
    return form.ja if visit.japanese else form.en


def _hours(visit: Visit, opening: Opening) -> str:
    """月～金 8:30～17:15."""
    days = [visit.say(DAYS[day]) for day in opening.days]
    whole = len(days) > 2 and list(opening.days) == list(range(opening.days[0], opening.days[-1] + 1))
    dash, dot = ("～", "・") if visit.japanese else ("-", ", ")
    return f"{dash.join((days[0], days[-1])) if whole else dot.join(days)} {opening.from_time}{dash}{opening.until_time}"


async def verify(visit: Visit) -> Response:
    """Number and code of a paper (typed, or read from its QR): was it issued here, what is it, was its print thrown away?"""
    typed = visit.item("typed")
    if visit.request.method == "GET":
        return visit.page("verify.html", typed="", found=None, fault=None, title=None)
    try:
        document, code = read_payload(typed)
    except InvalidInput as error:
        return visit.page("verify.html", 422, typed=typed, found=None, fault=error, title=None)
    office = visit.window.office

    def look(transaction: Transaction) -> issued_documents.Verification | None:
        return issued_documents.verified(transaction, office, document, code)

    found: issued_documents.Verification | None = await visit.window.write(look)
    if found is None:
        fault = InvalidInput("typed", _NONE, Say("Compare both with the paper, sign by sign.", "書類と一字ずつ見比べてください。"))
        return visit.page("verify.html", 422, typed=typed, found=None, fault=fault, title=None)
    title = KINDS.get(found.kind, Say(found.kind.value, FORMS[found.kind].title))
    return visit.page("verify.html", typed=typed, found=found, fault=None, title=title)


PAGES = (Page("/services", offered, PUBLIC, ("GET",)), Page("/verify", verify, PUBLIC))
