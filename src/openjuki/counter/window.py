"""One office's window: its node, its operators, their sessions (窓口; architecture section 6)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from openjuki.counter.card_agents import CardAgents
from openjuki.counter.passwords import drawn, hashed
from openjuki.counter.sessions import Sessions
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.document_desk import DocumentDesk
from openjuki.nodes.node import Node
from openjuki.offices import operators
from openjuki.offices.office import Office
from openjuki.offices.operators import Operator, Role
from openjuki.offices.store import Transaction
from openjuki.register.errors import NotReady, Say

Call = Callable[..., Awaitable[Any]]
"""Takes a step and its arguments without `then`, and waits for its outcome; raises its error."""

MUNICIPAL = (
    Operator("madoguchi-1", "窓口担当1", "Counter clerk 1", Role.CLERK),
    Operator("madoguchi-2", "窓口担当2", "Counter clerk 2", Role.CLERK),
    Operator("kessai", "窓口課長", "Counter chief", Role.CHIEF),
    Operator("shien", "支援措置責任者", "Supervisor of restraints", Role.SUPERVISOR),
    Operator("zeimu", "税務課 照会担当", "Tax section", Role.SECTION),
)
PREFECTURAL = (Operator("ken-1", "都道府県 住基担当", "Prefecture's desk", Role.PREFECTURE),)
"""The sandbox's operators of every municipality, and of every prefecture."""


@dataclass
class Window:
    """What the pages of one office work with."""

    node: Node
    name: str
    call: Call
    secret: bytes
    """From which the sandbox's passwords and the forms' tokens are made; the country's own."""
    documents: DocumentDesk | None = None
    """Where papers are made; a desk without it prints nothing."""
    cards: CardAgents | None = None
    """The card agents of its desks; a window without them reads no card."""
    sessions: Sessions = field(init=False)
    opened: bool = False

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.secret + self.code.encode())

    @property
    def office(self) -> Office:
        """The office."""
        return self.node.office

    @property
    def code(self) -> str:
        """Its code."""
        return self.node.place.code

    @property
    def press(self) -> DocumentDesk:
        """Where papers are made. Raises NotReady if this office's pages have no such desk."""
        if self.documents is None:
            reason = Say("no papers are made here.", "ここでは証明書を作成できません。")
            raise NotReady("document", reason, Say("Go to a desk that prints.", "発行できる端末で行ってください。"))
        return self.documents

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Who may log in here."""
        return {OfficeKind.MUNICIPALITY: MUNICIPAL, OfficeKind.PREFECTURE: PREFECTURAL}.get(self.node.place.kind, ())

    def password(self, operator: str) -> str:
        """The password that the country made for an operator; shown when it starts, and nowhere else."""
        return drawn(self.secret, self.code, operator)

    async def write(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run a work in the office's store, and wait until it is on disk; its error is raised."""
        return await self.call(self.office.write, lambda transaction: work(transaction, *arguments))

    async def open(self) -> None:
        """Enter the operators' accounts, once in each run: their hashes cost too much to make them for 1,741 offices at the start."""
        if not self.opened:
            accounts = [(operator, hashed(self.password(operator.id))) for operator in self.operators]
            await self.write(operators.put_all, accounts, self.office.clock.wall_ms())
            self.opened = True

    async def account(self, operator: str) -> tuple[Operator, str] | None:
        """An operator with the hash of the password."""
        await self.open()

        def found(transaction: Transaction) -> tuple[Operator, str] | None:
            return operators.find(transaction, operator)

        account: tuple[Operator, str] | None = await self.write(found)
        return account
