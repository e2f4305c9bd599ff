"""One office and what it was given: store, executor, clocks, keys, directory, chance (機関; architecture section 1, idea 3)."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.law.limits import Budget
from openjuki.law.ordinances import Ordinance
from openjuki.offices.relay_memory import RelayMemory
from openjuki.offices.store import Executor, Store, Transaction
from openjuki.register.errors import NotReady, OpenJukiError, Say
from openjuki.wire.clock import Clock
from openjuki.wire.directory import Directory
from openjuki.wire.message import Message
from openjuki.wire.speech import Place

T = TypeVar("T")


@dataclass(slots=True)
class ProvisionLog:
    """The open log of provisions: its origin and how many leaves are on disk."""

    origin: str
    size: int


Then = Callable[[Any], None]
"""Called once with a result or an OpenJukiError."""

ASK_DEADLINE_MS = 10_000


@dataclass(slots=True)
class Office:
    """Everything a step of a procedure may use; made by the node, the tests, or the simulator."""

    place: Place
    realm: str
    store: Store
    executor: Executor
    clock: Clock
    today: Callable[[], datetime.date]
    """The register calendar, which deadlines and dated switches run on."""
    entropy: Callable[[int], bytes]
    """That many random bytes; seeded in the simulator only."""
    directory: Directory
    seal_key: str
    sign: Callable[[bytes], bytes]
    """Signs with the office's seal key."""
    ask: Callable[[str, Message, type[Message], Then, int], None]
    """(office, question, type of the answer, then, deadline in ms): the node's way to another office."""
    event: Callable[[str, str], None] = lambda tag, what: None
    log: ProvisionLog = field(default_factory=lambda: ProvisionLog("", 0))
    """The open provision log; set when the office opens."""
    operator_limits: dict[str, Budget] = field(default_factory=lambda: defaultdict(lambda: Budget(keys_max=1_000, open_max=10)))
    """Questions and misses of each asking office's operators, by office and then operator: one office cannot use up another's."""
    office_limits: Budget = field(default_factory=lambda: Budget(misses_per_10min_max=256, misses_per_day_max=512, open_max=256))
    """Questions and misses by asking office."""
    ordinances: frozenset[Ordinance] = frozenset()
    """Ordinances loaded here (Act art. 30-7(4)2 and its neighbours)."""
    ordinances_seen: tuple[Any, ...] = ()
    """The files from which they were read, as the office last saw them."""
    profile: Profile = Profile.OPEN
    """How the calendar of dated rules is read."""
    taken_questions: dict[bytes, int] = field(default_factory=dict)
    """Digests of the forwarded questions that were taken, with the wall clock (ms) of their sealing: each is answered once."""
    questions: list[Any] = field(default_factory=list)
    """Lawful questions of the present turn, on their way to the store."""
    some_parked: bool = True
    """Hub: whether changes may be parked in the register; so it is until somebody has looked."""
    told_by: Any = None
    """Municipality: the dated rules by which its residents have been told (procedures/dated_telling.py)."""
    relay: RelayMemory = field(default_factory=RelayMemory)
    """Municipality: keys and stops of the questions between municipalities."""
    moves_seen_on: Any = None
    """Municipality: the day on which announced moves were looked at."""
    judged_by: Any = None
    """Directory number, day, ordinances and profile under which `judged` holds."""
    judged: dict[Any, Any] = field(default_factory=dict)
    """What the law allows, by the shape of a question."""
    certify: Callable[[str, bytes], bytes] | None = None
    """Centre only: a link certificate (DER) for an office's code and public key (DER), from the network's authority."""
    card_trust: bytes = b""
    """Centre only: the public key under which the country's cards stand (P-256 SubjectPublicKeyInfo); b"" where it has none."""
    some_handled: bool | None = None
    """Hub: whether any change came with the handling flag; None until somebody has looked (offices/handling_notes.py)."""
    happened: Counter[Any] = field(default_factory=Counter)
    """What was saved and is not written yet, by day and kind (offices/savings.py)."""
    savings_day: datetime.date | None = None
    """The day of the register calendar on which savings were last written (offices/savings.py)."""
    recovering: bool = False
    """True after a restore until the peers have been heard: allots and issues nothing."""
    restraints_seen_on: datetime.date | None = None
    """Municipality: the day on which it was last looked what restraints ask for (procedures/restraint_notice.py)."""
    cards_seen_on: datetime.date | None = None
    """Municipality: the day on which the cards were looked at whose term has run out (procedures/card_life.py)."""

    @property
    def code(self) -> str:
        """The office's own code."""
        return self.place.code

    @property
    def kind(self) -> OfficeKind:
        """What it is under the Act."""
        return self.place.kind

    def prefecture_of(self, prefecture: str) -> str:
        """Code of the prefecture's office with that 2-digit code; raises NotReady if the directory names none."""
        office = self.directory.prefectures.get(prefecture)
        if office is None:
            raise NotReady("prefecture", Say("the directory names no such office.", "名簿にその機関がありません。"), PULL)
        return office

    @property
    def prefecture_office(self) -> str:
        """Code of the prefecture's office to which this office belongs."""
        return self.prefecture_of(self.place.prefecture)

    @property
    def centre(self) -> str:
        """Code of the centre."""
        return self.directory.anchor.centre

    def write(self, work: Callable[[Transaction], T], then: Callable[[T | OpenJukiError], None]) -> None:
        """Run a work in a group commit of this office's store; `then` hears of it once it is on disk."""
        self.executor.submit(self.store, work, then)

    def draw(self, below: int) -> int:
        """A uniform number in range(below), below at most 2**64."""
        while True:
            number = int.from_bytes(self.entropy(16), "big")
            if number < (1 << 128) - (1 << 128) % below:
                return number % below

    def require_ready(self) -> None:
        """Raise NotReady while the office recovers from a restore."""
        if self.recovering:
            raise NotReady(self.code, Say("the office is recovering.", "復旧中です。"), Say("Try again later.", "しばらく待ってください。"))


PULL = Say("Pull the directory.", "名簿を取得してください。")


def failed(outcome: Any) -> bool:
    """Whether an outcome is an error."""
    return isinstance(outcome, OpenJukiError)
