"""What a prefecture keeps of the questions that it passed on: where each answer stands, and nothing of it (取次ぎの記録, Act art. 30-7(6)).

What survives a crash: an answer is handed back only after its row's commit. The proof is in the log of the office that disclosed.
"""

from openjuki.offices.store import Transaction

SCRIPT = """
CREATE TABLE passed_on (id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, asker TEXT NOT NULL, log TEXT NOT NULL,
  position INTEGER NOT NULL);
CREATE TRIGGER passed_on_no_update BEFORE UPDATE ON passed_on BEGIN SELECT RAISE(ABORT, 'passed_on is append-only'); END;
CREATE TRIGGER passed_on_no_delete BEFORE DELETE ON passed_on BEGIN SELECT RAISE(ABORT, 'passed_on is append-only'); END"""


def note(transaction: Transaction, time_ms: int, asker: str, log: str, position: int) -> None:
    """Write down that an office got the answer with that leaf through here; `time_ms` is the wall clock."""
    transaction.execute("INSERT INTO passed_on (time_ms, asker, log, position) VALUES (?, ?, ?, ?)", (time_ms, asker, log, position))
