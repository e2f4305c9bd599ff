"""Works that the tests of stores run: one writes a row, one fails after it (保存の試験の処理)."""

from typing import Any

from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say

NO = Conflict("what", Say("no.", "いいえ。"), Say("Stop.", "やめてください。"))


def entry(what: str) -> Any:
    def work(transaction: Transaction) -> str:
        transaction.execute("INSERT INTO entry (what) VALUES (?)", (what,))
        transaction.events.append(("entry", what))
        transaction.leaves.append(what)
        return what

    return work


def failing(what: str, error: Exception) -> Any:
    def work(transaction: Transaction) -> None:
        entry(what)(transaction)
        raise error

    return work
