"""The moving-out certificate at the window: under a restraint it is kept back until two persons release it (転出証明書; standard j660).

It says where a protected person goes. Whoever brings the notification, the supervisor examines the request once more before the paper.
"""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from openjuki.counter import papers
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.documents import choosing
from openjuki.documents.issue import Asked, Subject
from openjuki.documents.kinds import Kind
from openjuki.law.restraint import Judgement
from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.nodes.document_desk import Order
from openjuki.offices import municipality, restraint_guard
from openjuki.offices.office import Office
from openjuki.offices.restraint_guard import About
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, NotReady, Say
from openjuki.register.moving_out_certificate import MoveOutCertificate

KIND = "kept back"
APART = Conflict(
    "restraint",
    Say("one person on this certificate is named as another's abuser.", "同じ証明書に、支援対象者とその加害者とされる者がいます。"),
    Say("Undo the moving-out, and enter one for each of them.", "転出を取り消し、それぞれ別に届出を入力してください。"),
)
NOT_RELEASED = NotReady(
    "restraint",
    Say("somebody on this certificate is under a restraint.", "支援措置の対象者が記載されるため、一時解除が必要です。"),
    Say("Ask for a release on the page of the certificate.", "証明書の画面から一時解除を申請してください。"),
)


async def issue(
    visit: Visit, codes: tuple[str, ...], made: Callable[[], Awaitable[MoveOutCertificate]], case: str, back: str
) -> Response:  # fmt: skip
    """To the preview of the certificate that `made` tells about those of these codes; or the page on which its release is asked for.

    `case` names the request. Nothing is made before it may go.
    """
    office = visit.window.office

    async def order() -> Order:
        word = (await visit.window.write(judged, office, codes, case)).word
        if word is not Word.ALLOWED:
            raise APART if word is Word.REFUSED else NOT_RELEASED
        told = await made()
        subjects = tuple(Subject(one.name, one.birth, one.code) for one in told.persons)
        return Order(Asked(case, Kind.MOVING_OUT_CERTIFICATE, subjects), choosing.moving_out(told))

    try:
        return visit.go(await papers.make(visit, order, back))
    except NotReady as error:
        if error is not NOT_RELEASED:
            raise
    return visit.page("kept_back.html", 409, handle=visit.handle((KIND, case, codes)), path=visit.path, back=back)


def judged(transaction: Transaction, office: Office, codes: tuple[str, ...], case: str) -> Judgement:
    """The strictest word on a certificate about these persons, for this request."""
    about = about_of(transaction, codes)
    asker = Asker.ABUSER if _named_among(transaction, about) else Asker.VICTIM
    return restraint_guard.judged(transaction, office, WayOut.MOVING_OUT_CERTIFICATE, asker, about, case)


def about_of(transaction: Transaction, codes: tuple[str, ...]) -> list[About]:
    """The records whose codes these are."""
    return [About(municipality.record_of_code(transaction, code).person) for code in codes]


def _named_among(transaction: Transaction, about: list[About]) -> bool:
    records = [municipality.record_of(transaction, one.person) for one in about]
    return any(
        restraint_guard.named_as_abuser(transaction, About(one.person), other.name, other.birth)
        for one in records
        for other in records
        if one.person != other.person
    )


async def release(visit: Visit) -> Response:
    """One person asks; the supervisor agrees on the page of restraints, and the certificate is made from its page again."""
    office, why = visit.window.office, visit.item("reason")
    kind, case, codes = visit.meant(visit.request.path_params["handle"])
    if kind != KIND:
        raise NOT_RELEASED

    def ask(transaction: Transaction) -> int:
        way, about = WayOut.MOVING_OUT_CERTIFICATE, about_of(transaction, codes)
        return restraint_guard.ask_release(transaction, office, visit.operator, way, Asker.VICTIM, about, case, why)

    await visit.write_once(f"release for {case}", ask)
    return visit.go("/restraints")


PAGES = (Page("/moving-out-certificate/{handle}/release", release, CLERKS, ("POST",)),)
