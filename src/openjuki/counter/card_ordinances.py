"""What a town's ordinances say of its cards: fees and services, set by the chief, in versions (手数料条例・条例利用; Order 30-25).

Every clerk may read both; only the chief sets them. Nothing is overwritten: what was undone stands there with who and when.
"""

from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.card_acts import EXEMPTIONS
from openjuki.counter.shell import CHIEFS, CLERKS, Page, Visit
from openjuki.offices import card_issue_fees, card_issue_services
from openjuki.offices.card_issue_fees import Exemption, FeeChange, FeeRule
from openjuki.offices.operators import Role
from openjuki.offices.store import Transaction
from openjuki.register.dates import calendar_date, from_era
from openjuki.register.errors import InvalidInput, OpenJukiError, Say

ORDINANCE = (Exemption.AGED, Exemption.WELFARE, Exemption.DISABILITY)
"""Exemptions that an ordinance may know; the office's own fault exempts everywhere."""


async def fees(visit: Visit) -> Response:
    """The fees that hold today, all versions, and for the chief the form of another."""
    return await _fees(visit, None)


async def _fees(visit: Visit, fault: OpenJukiError | None) -> Response:
    today = visit.window.office.today()
    work = lambda transaction: (card_issue_fees.rule_on(transaction, today), card_issue_fees.versions(transaction))  # noqa: E731
    rule, versions = await visit.read(Done.FORM_OPENED, "card fees", work)
    chief = visit.here.operator.role is Role.CHIEF
    context = {"rule": rule, "versions": versions, "today": today, "chief": chief, "exemptions": EXEMPTIONS, "known": ORDINANCE}
    return visit.page("card_fees.html", 422 if fault else 200, fault=fault, **context)


async def set_fees(visit: Visit) -> Response:
    """A new version, from a day on."""
    office, operator = visit.window.office, visit.operator
    try:
        change = _change(visit)
        await visit.write_once("card fees", lambda t: card_issue_fees.set_fees(t, office, operator, change))
    except OpenJukiError as error:
        return await _fees(visit, error)
    return visit.go("/card-fees")


def _change(visit: Visit) -> FeeChange:
    """What the form says. InvalidInput by item."""
    since = calendar_date(from_era(visit.item("since"), "since"), "since")
    shown = visit.form.getlist("exempt")
    exempt = frozenset(one for one in ORDINANCE if one.value in shown)
    yen = {name: _whole(visit, name) for name in ("first_yen", "again_yen", "certificate_yen", "aged_from")}
    return FeeChange(since, visit.item("why"), FeeRule(**yen, exempt=exempt))


def _whole(visit: Visit, name: str) -> int:
    """A whole number. InvalidInput if it is none: an empty field is no fee of 0 yen."""
    if not (visit.item(name).isascii() and visit.item(name).isdigit()):
        reason = Say("is no whole number.", "整数ではありません。")
        raise InvalidInput(name, reason, Say("Write it in digits.", "半角の数字で記入してください。"))
    return visit.number(name)


async def undo_fees(visit: Visit) -> Response:
    """The newest version undone: another version that says what held before."""
    office, operator, version = visit.window.office, visit.operator, visit.number("version")
    try:
        await visit.write_once("card fees undone", lambda t: card_issue_fees.undo(t, office, operator, version))
    except OpenJukiError as error:
        return await _fees(visit, error)
    return visit.go("/card-fees")


async def services(visit: Visit) -> Response:
    """The services of the municipal area, what was changed, and for the chief the form of another."""
    return await _services(visit, None)


async def _services(visit: Visit, fault: OpenJukiError | None) -> Response:
    work = lambda transaction: (card_issue_services.services(transaction), card_issue_services.versions(transaction))  # noqa: E731
    known, versions = await visit.read(Done.FORM_OPENED, "card services", work)
    chief = visit.here.operator.role is Role.CHIEF
    return visit.page("card_services.html", 422 if fault else 200, fault=fault, known=known, versions=versions, chief=chief)


async def put_service(visit: Visit) -> Response:
    """A new service, or one that was ended, again."""
    office, operator, name, ordinance = visit.window.office, visit.operator, visit.item("name"), visit.item("ordinance")
    with_pin = bool(visit.item("with_pin"))

    def put(transaction: Transaction) -> None:
        card_issue_services.put(transaction, office, operator, name, ordinance, with_pin=with_pin)

    try:
        await visit.write_once("card service", put)
    except OpenJukiError as error:
        return await _services(visit, error)
    return visit.go("/card-services")


async def end_service(visit: Visit) -> Response:
    """The service is offered no more."""
    office, operator, place = visit.window.office, visit.operator, visit.number("place")

    def end(transaction: Transaction) -> None:
        card_issue_services.end(transaction, office, operator, place)

    try:
        await visit.write_once("card service ended", end)
    except OpenJukiError as error:
        return await _services(visit, error)
    return visit.go("/card-services")


PAGES = (
    Page("/card-fees", fees, CLERKS, ("GET",)),
    Page("/card-fees/set", set_fees, CHIEFS, ("POST",)),
    Page("/card-fees/undo", undo_fees, CHIEFS, ("POST",)),
    Page("/card-services", services, CLERKS, ("GET",)),
    Page("/card-services/put", put_service, CHIEFS, ("POST",)),
    Page("/card-services/end", end_service, CHIEFS, ("POST",)),
)
