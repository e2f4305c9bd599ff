"""Services of the municipal area of a card, as the town's ordinances have them (条例利用領域, Act art. 30-44(12), Order 30-25).

    put, end ── each a new version, by whom and when      choose ── an id of the person's own for each service, never the code
    with or without a PIN of its own ── as it was first offered, for ever: cards are made so
    loaded, unloaded ── what is on which card

A service has a place on the card for ever: a card in use may still hold it when it is offered no more.
"""

from collections.abc import Sequence
from typing import NamedTuple

from openjuki.card.layouts import SERVICES_MAX
from openjuki.card.order_check import SERVICE_ID_BYTES, SERVICE_NAME_BYTES_MAX
from openjuki.card.personalisation import ServiceOrder
from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput, Say

SCRIPT = """
CREATE TABLE card_service (version INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, operator TEXT NOT NULL, place INTEGER NOT NULL,
  name TEXT NOT NULL, ordinance TEXT NOT NULL, offered INTEGER NOT NULL);
CREATE TABLE card_service_id (person INTEGER NOT NULL, place INTEGER NOT NULL, service_id BLOB NOT NULL, PRIMARY KEY (person, place))
  WITHOUT ROWID;
CREATE TABLE card_service_on (card_id TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (card_id, place)) WITHOUT ROWID;
CREATE TRIGGER card_service_no_update BEFORE UPDATE ON card_service BEGIN SELECT RAISE(ABORT, 'card_service is append-only'); END;
CREATE TRIGGER card_service_no_delete BEFORE DELETE ON card_service BEGIN SELECT RAISE(ABORT, 'card_service is append-only'); END;
CREATE TRIGGER card_service_id_no_update BEFORE UPDATE ON card_service_id
  BEGIN SELECT RAISE(ABORT, 'the id of a person in a service never changes'); END"""

PIN_SCRIPT = "ALTER TABLE card_service ADD COLUMN with_pin INTEGER NOT NULL DEFAULT 0"
ORDINANCE_MAX = 100


class Service(NamedTuple):
    """One service of the town: its place on the card, its name, the ordinance, whether it may be chosen now, whether it has a PIN."""

    place: int
    name: str
    ordinance: str
    offered: bool
    with_pin: bool = False


class Version(NamedTuple):
    """One line of the list's history: when (wall clock, ms), who, what it said."""

    at_ms: int
    operator: str
    service: Service


def services(transaction: Transaction) -> list[Service]:
    """All services that the town has or had, by their place."""
    return sorted({one.service.place: one.service for one in reversed(versions(transaction))}.values())


def offered(transaction: Transaction) -> list[Service]:
    """Those that a resident may choose now."""
    return [service for service in services(transaction) if service.offered]


def versions(transaction: Transaction) -> list[Version]:
    """The history, the newest first."""
    rows = transaction.all("SELECT at_ms, operator, place, name, ordinance, offered, with_pin FROM card_service ORDER BY version DESC")
    return [Version(row[0], row[1], Service(row[2], row[3], row[4], bool(row[5]), bool(row[6]))) for row in rows]


def put(transaction: Transaction, office: Office, operator: str, name: str, ordinance: str, *, with_pin: bool = False) -> Service:
    """A new service by an ordinance, or one that was ended, again, `with_pin` as before. InvalidInput for a name that no card takes."""
    if not 0 < len(name.encode()) <= SERVICE_NAME_BYTES_MAX:
        raise _unfit("name", "must have 1 to 64 bytes (21 characters).", "名称は1文字から21文字までです。")
    if not 0 < len(ordinance) <= ORDINANCE_MAX:
        raise _unfit("ordinance", "is missing or too long.", "条例の記載がないか、長すぎます。")
    known = services(transaction)
    same = next((service for service in known if service.name == name), None)
    if same is None and len(known) == SERVICES_MAX:
        raise _unfit("name", f"all {SERVICES_MAX} places of the card are taken.", f"カードの{SERVICES_MAX}つの領域は使い切りました。")
    if same and same.with_pin is not with_pin:
        raise _unfit(
            "with_pin",
            "is as it was first offered: cards are made so.",
            "暗証番号の有無は、初めに定めたままです（発行済みのカードがあるため）。",
        )
    return _write(
        transaction, office, operator, Service(same.place if same else len(known), name, ordinance, offered=True, with_pin=with_pin)
    )


def end(transaction: Transaction, office: Office, operator: str, place: int) -> Service:
    """The service may be chosen no more; cards that have it keep it until it is taken off. Conflict if there is none."""
    return _write(transaction, office, operator, _one(transaction, place)._replace(offered=False))


def _write(transaction: Transaction, office: Office, operator: str, service: Service) -> Service:
    now_ms = office.clock.wall_ms()
    sql = "INSERT INTO card_service (at_ms, operator, place, name, ordinance, offered, with_pin) VALUES (?, ?, ?, ?, ?, ?, ?)"
    transaction.execute(sql, (now_ms, operator, *service))
    outbox.record(transaction, now_ms, "card:service", operator, f"service {service.place} {'offered' if service.offered else 'ended'}")
    return service


def _one(transaction: Transaction, place: int) -> Service:
    found = next((service for service in services(transaction) if service.place == place), None)
    if found is None:
        raise _unknown()
    return found


def choose(transaction: Transaction, office: Office, person: int, places: Sequence[int]) -> None:
    """The person has chosen these: each gets an id of its own, the same whenever it is chosen again. Conflict for one not offered."""
    may = {service.place for service in offered(transaction)}
    for place in places:
        if place not in may:
            raise _unknown()
        drawn = office.entropy(SERVICE_ID_BYTES)
        transaction.execute("INSERT OR IGNORE INTO card_service_id VALUES (?, ?, ?)", (person, place, drawn))


def orders(transaction: Transaction, person: int, places: Sequence[int]) -> tuple[ServiceOrder, ...]:
    """What goes onto the person's card for the services chosen."""
    return tuple(_order(transaction, person, place) for place in sorted(set(places)))


def _order(transaction: Transaction, person: int, place: int) -> ServiceOrder:
    service_id = transaction.value("SELECT service_id FROM card_service_id WHERE person = ? AND place = ?", person, place)
    if service_id is None:
        raise _unknown()
    service = _one(transaction, place)
    return ServiceOrder(place, service.name, service_id, service.with_pin)


def loaded(transaction: Transaction, card_id: str, places: Sequence[int]) -> None:
    """These are on that card now."""
    for place in places:
        transaction.execute("INSERT OR IGNORE INTO card_service_on VALUES (?, ?)", (card_id, place))


def unloaded(transaction: Transaction, card_id: str, place: int) -> None:
    """This one is on that card no more."""
    transaction.execute("DELETE FROM card_service_on WHERE card_id = ? AND place = ?", (card_id, place))


def on_card(transaction: Transaction, card_id: str) -> list[Service]:
    """What this town has loaded onto a card, by place."""
    places = {place for (place,) in transaction.all("SELECT place FROM card_service_on WHERE card_id = ?", card_id)}
    return [service for service in services(transaction) if service.place in places]


def with_pin(transaction: Transaction, card_id: str, place: int) -> Service:
    """The service in this place of a card, whose PIN is to be set anew. Conflict if the card has none there, or one without a PIN."""
    found = next((service for service in on_card(transaction, card_id) if service.place == place and service.with_pin), None)
    if found is None:
        reason = Say("this card has none with a PIN in that place.", "このカードに、暗証番号のあるそのサービスはありません。")
        raise Conflict("service", reason, Say("Choose from the list.", "一覧から選んでください。"))
    return found


def _unfit(item: str, en: str, ja: str) -> InvalidInput:
    return InvalidInput(item, Say(en, ja), Say("Write it as the ordinance has it.", "条例のとおりに記入してください。"))


def _unknown() -> Conflict:
    reason = Say("this town does not offer it.", "この市区町村の条例のサービスではありません。")
    return Conflict("service", reason, Say("Choose from the list.", "一覧から選んでください。"))
