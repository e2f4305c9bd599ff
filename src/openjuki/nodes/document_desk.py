"""The desk at which an office's documents are made: numbers, paper, comparison, seal, record, in this order (証明書の発行).

    begin (on disk) -> make and compare -> seal -> finish (on disk) -> hand over

A paper that cannot be made stands in the record as spoiled, with its reason. Setting and sealing run in an executor, so that the office
goes on answering; the executor is an argument, and many papers want one of processes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from openjuki.documents.content import Content
from openjuki.documents.fonts import IPAMJ_MINCHO, Unprintable
from openjuki.documents.issue import Asked, Issue, Place
from openjuki.documents.pressroom import make
from openjuki.documents.release import Released
from openjuki.nodes.character_pictures import picture
from openjuki.offices import issued_documents
from openjuki.offices.issued_documents import UNKNOWN_PLACE
from openjuki.offices.office import Office
from openjuki.register.errors import OpenJukiError

if TYPE_CHECKING:
    from openjuki.documents.sealing import Sealer

Call = Callable[..., Awaitable[Any]]
"""Runs a step that ends in `then`, such as `Office.write`, and awaits its result (simulation/country.py:Country.call)."""
WORKERS = 2


class Order(NamedTuple):
    """One paper to be made: what was asked, what it says; `public_use` prints 公用."""

    asked: Asked
    content: Content
    public_use: bool = False
    where: Place = UNKNOWN_PLACE


class DocumentDesk:
    """Makes documents for the offices of one process; `sealer` gives an office's seal by its code."""

    def __init__(
        self, call: Call, sealer: Callable[[str], "Sealer"], *, font: Path = IPAMJ_MINCHO, executor: Executor | None = None
    ) -> None:
        self._call, self._sealer, self._font = call, sealer, font
        self._executor = executor or ThreadPoolExecutor(WORKERS, thread_name_prefix="documents")
        self._sealers: dict[str, Sealer] = {}
        self._alone = Lock()

    def close(self) -> None:
        """Wait for papers under way, and make no more."""
        self._executor.shutdown()

    async def issue(self, office: Office, operator: str, order: Order, *, sealed: bool = True) -> Released:
        """One document, ready to be handed over. Raises Unprintable with pictures, Broken if the finished paper is not what was asked."""
        begun: Issue = await self._call(office.write, lambda t: issued_documents.begin(t, office, operator, order.asked, order.where))
        try:
            released = await self._made(office.code, order, begun, sealed=sealed)
        except OpenJukiError as error:
            why = f"{type(error).__name__}: {error.item}"
            await self._call(office.write, lambda t: issued_documents.spoil(t, office, operator, begun.document, why))
            raise
        await self._call(office.write, lambda t: issued_documents.finish(t, office, operator, released))
        return released

    async def issue_all(self, office: Office, operator: str, orders: Iterable[Order], *, sealed: bool = False) -> list[Released]:
        """Many, in their order, one paper per order (通知票の一括作成); the first error ends it, what is finished stays finished."""
        tasks = [asyncio.ensure_future(self.issue(office, operator, order, sealed=sealed)) for order in orders]
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()

    async def _made(self, code: str, order: Order, begun: Issue, *, sealed: bool) -> Released:
        loop = asyncio.get_running_loop()
        try:
            released = await loop.run_in_executor(self._executor, make, self._font, order.content, begun, order.public_use)
        except Unprintable as error:
            raise Unprintable(error.signs, {sign: picture(sign) for sign in error.signs}) from error
        return await loop.run_in_executor(None, self._sealed, code, released) if sealed else released

    def _sealed(self, code: str, released: Released) -> Released:
        with self._alone:
            if code not in self._sealers:
                self._sealers[code] = self._sealer(code)
        return self._sealers[code].seal(released)
