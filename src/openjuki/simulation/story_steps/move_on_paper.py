"""Step `move` on a day without cards: a certificate on paper, the notices by line (転入通知・転出確定通知; N10 P2; Act art. 9, 22-24)."""

from openjuki.offices import municipality, outbox, relay_envelope, transfer_notices
from openjuki.offices.municipality_households import NOBODY_NOTIFIED
from openjuki.offices.store import Transaction
from openjuki.procedures.move_in import MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.addresses import Address
from openjuki.register.errors import Say
from openjuki.register.identity import Status
from openjuki.register.moving_out_certificate import MoveOutCertificate
from openjuki.register.record import ResidentRecord
from openjuki.register.transfer_record import TransferContent
from openjuki.simulation.captures import Captures, listening
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.story_people import TARO
from openjuki.simulation.story_steps.stage import AIRA, CLERK, KAGOSHIMA, TOKYO, Stage, expect

SETAGAYA, COUNTER = "131121", "clerk-5"
HUBS = (CENTRE, KAGOSHIMA, TOKYO)
RELAYED = ("TransferRecordRequest", "TransferRecord", "MoveInNotice", "AddressSupplementNotice")
"""Messages that go from town to town only."""
NEW_HOME = Address(SETAGAYA, "赤堤", "2丁目3-4")
Told = MoveOutCertificate | TransferContent
"""What the old office tells about those who move, on paper or over the line."""
WAYS = {
    "MoveInNotice": {(SETAGAYA, AIRA)},
    "TransferConfirmed": {(AIRA, KAGOSHIMA)},
    "IdentityChange": {(SETAGAYA, TOKYO), (TOKYO, CENTRE)},
}
"""The routes that the messages of this step may take (Act art. 9(1), 30-5, 30-11; 令13(3))."""


async def play(stage: Stage) -> Say:
    """All of the step, for 太郎's household."""
    certificate = await household_leaves(stage, TARO)
    records, captures = await household_arrives(stage, certificate)
    routes = only_lawful_routes(captures)
    await departure_is_confirmed(stage, certificate)
    await hubs_know_the_new_residence(stage, records)
    await hubs_hold_nothing(stage, certificate, captures)
    return Say(
        f"{len(records)} of 太郎's household left 姶良市 with a certificate and were entered in 世田谷区 with their codes, as their next"
        f" residence. 姶良市 heard of it without a letter and confirmed the departure: {routes}. The moving-in notice passed no hub; what"
        " the certificate says of the family register is at both towns and in no file of a prefecture or the centre.",
        f"太郎の世帯{len(records)}人が転出証明書により世田谷区に転入し、住民票コードは引き継がれた。姶良市には郵便によらず転入通知が届き、"
        f"転出が確定した（{routes}）。転入通知は都県もセンターも通らず、戸籍の表示は両市区にのみある。",
    )


async def household_leaves(stage: Stage, name: str) -> MoveOutCertificate:
    """Everybody of that householder's household leaves Aira; the certificate that they carry."""
    head = await stage.resident(name)
    members = await stage.look(AIRA, lambda transaction: municipality.members(transaction, head.household))
    today, codes = stage.country.today().isoformat(), tuple(member.code for member in members)
    notification = MoveOutNotification(codes, "東京都世田谷区赤堤二丁目3番4号", today, today, staying=NOBODY_NOTIFIED)
    certificate: MoveOutCertificate = await stage.do(move_out, stage.office(AIRA), CLERK, notification)
    return certificate


async def household_arrives(stage: Stage, certificate: MoveOutCertificate) -> tuple[list[ResidentRecord], Captures]:
    """Setagaya enters them; what every office of the country received until Aira's prefecture had heard of it."""
    office, today = stage.office(SETAGAYA), stage.country.today().isoformat()
    arrivals = arrivals_of(certificate, {person.code: person.relationship for person in certificate.persons})
    notification = MoveInNotification(arrivals, NEW_HOME, today, today, certificate.old_address.text())
    await stage.do(relay_envelope.key_of, office, AIRA)  # the line is up before anybody listens on it
    await stage.until(lambda: departure_is_told(stage), "N10")  # so that nothing of it is on its way while somebody listens
    with listening(stage.country.nodes.values()) as captures:
        records: list[ResidentRecord] = await stage.do(move_in, office, COUNTER, notification)
        await stage.until(lambda: prefecture_heard(stage, certificate), "N10")
        await hubs_know_the_new_residence(stage, records)
    expect(not captures.unheard, "P2", "a line was not listened on.", "採取していない回線があります。")
    return records, captures


async def departure_is_told(stage: Stage) -> bool:
    """Whether nothing waits to be sent at the old town and its prefecture."""
    return not any([await stage.look(office, outbox.unacknowledged) for office in (AIRA, KAGOSHIMA)])


async def prefecture_heard(stage: Stage, certificate: Told) -> bool:
    """Whether the old prefecture knows of everybody's confirmed departure."""

    def heard(transaction: Transaction) -> bool:
        persons = certificate.persons
        return all(transfer_notices.confirmed_on(transaction, [person.code], person.ended.n, AIRA) for person in persons)

    return bool(await stage.look(KAGOSHIMA, heard))


def only_lawful_routes(captures: Captures) -> str:
    """Each kind of message took the way that the Act has for it, and no other; the ways in words."""
    for name, ways in WAYS.items():
        taken = {(one.sender, one.receiver) for one in captures.passed if one.type == name}
        expect(taken == ways, "N10", f"{name} took another way.", f"{name}の経路が違います。")
    return ", ".join(f"{sender}→{receiver} {name}" for name, ways in WAYS.items() for sender, receiver in sorted(ways))


async def departure_is_confirmed(stage: Stage, certificate: Told) -> None:
    """Aira's removed records say where they live now, and that Setagaya said so (令13(2))."""

    def read(transaction: Transaction) -> list[bool]:
        found = []
        for person in certificate.persons:
            number = municipality.person_of_code(transaction, person.code)
            record = municipality.record_of(transaction, number)
            told = [one.office for one in transfer_notices.arrived(transaction, number, person.ended.n) if one.confirmed]
            found.append(record.status is Status.REMOVED and record.moved_to == NEW_HOME.text() and told == [SETAGAYA])
        return found

    expect(all(await stage.look(AIRA, read)), "N10", "a departure is not confirmed.", "転出が確定していません。")


async def hubs_know_the_new_residence(stage: Stage, records: list[ResidentRecord]) -> None:
    """Tokyo and the centre find everybody at the new address, by the same code."""

    async def everywhere() -> bool:
        found = [await stage.at_hub(hub, record.code) for hub in (TOKYO, CENTRE) for record in records]
        return all(hit is not None and hit.identity.address == NEW_HOME and not hit.code_changed for hit in found)

    await stage.until(everywhere, "N1")


async def hubs_hold_nothing(stage: Stage, certificate: Told, captures: Captures) -> None:
    """The family register's words are at both towns; no hub has them in a row, in a file, or has received them."""
    canaries = {person.registered_domicile.encode() for person in certificate.persons}
    for town in (AIRA, SETAGAYA):
        held = await stage.held(town)
        expect(all(canary in held for canary in canaries), "P2", "the search sees nothing.", "検査が働いていません。")
    relayed = [one for one in captures.passed if one.type in RELAYED]
    tails = {one.body[-64:]: captures.bytes_of(one.receiver) for one in relayed}
    expect(tails and all(tail in heard for tail, heard in tails.items()), "P2", "the search sees nothing.", "検査が働いていません。")
    for hub in HUBS:
        held, heard = await stage.held(hub), captures.bytes_of(hub)
        passed = any(canary in held or canary in heard for canary in canaries) or any(tail in heard for tail in tails)
        expect(not passed, "P2", "something of it passed a hub.", "都県かセンターを通りました。")
