"""Operators of an office, their roles and the hashes of their passwords (操作者; Act art. 30-29, 30-31; promise P7).

A password is hashed before it comes here; nothing from which one could log in is ever kept.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from openjuki.offices.store import Transaction

SCRIPT = """
CREATE TABLE operator (id TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT NOT NULL, role TEXT NOT NULL, secret TEXT NOT NULL,
  changed_ms INTEGER NOT NULL) WITHOUT ROWID"""


class Role(StrEnum):
    """What an operator is there for; each page names the roles that may open it."""

    CLERK = "clerk"
    """窓口担当: enters, shows, issues."""
    CHIEF = "chief"
    """決裁者: decides on what clerks have entered provisionally; all that a clerk may."""
    SUPERVISOR = "supervisor"
    """支援措置責任者: responsible for restraints."""
    SECTION = "section"
    """他課の照会者: looks up residents for another section of the town hall."""
    PREFECTURE = "prefecture"
    """都道府県の担当."""


class Operator(NamedTuple):
    """Somebody who may log in: id, name in both languages, role."""

    id: str
    name: str
    name_en: str
    role: Role


def put_all(transaction: Transaction, operators: Iterable[tuple[Operator, str]], now_ms: int) -> None:
    """Enter operators with the hashes of their passwords; one who is there already gets the new ones."""
    sql = """INSERT INTO operator VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
      role = excluded.role, secret = excluded.secret, changed_ms = excluded.changed_ms"""
    for operator, secret in operators:
        transaction.execute(sql, (operator.id, operator.name, operator.name_en, operator.role.value, secret, now_ms))


def find(transaction: Transaction, operator: str) -> tuple[Operator, str] | None:
    """An operator and the hash of the password; None if there is no such operator."""
    row = transaction.one("SELECT id, name, name_en, role, secret FROM operator WHERE id = ?", operator)
    return None if row is None else (Operator(row[0], row[1], row[2], Role(row[3])), row[4])
