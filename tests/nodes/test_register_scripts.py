"""A register made by earlier software is brought up to date: scripts that were once published stay as they are (台帳の更新手順)."""

from hashlib import sha256

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices.store import Store

_AGENCY = ["f9bc10b14dcf", "ca8cd2fbf473"]
PUBLISHED = {
    OfficeKind.MUNICIPALITY: [
        "6f169422ab02", "ee7fc07aa4de", "9efa44afccdd", "f8fd79bf0e9e", "89f2c1716fe5", "46aa01f8953e", "0180edde5657", "840a062807c9",
        "998d4d7b9fd0", "0f0f8f7aacf9", "2ebfb37bc777", "bfa4fc032d98", "9f8589326b8b", "47844aad9ad9", "74879bf78f80", "69326fd2a4d6",
        "994bd01b99a6", "8ebbb461ca2b", "8051025fc77a", "6926b24cbf92", "56741d042ee5", "ca6de4c2611c", "ce9879a7704b", "35093f91dccf",
        "c0fe3fadbd22",
    ],
    OfficeKind.PREFECTURE: [
        "69fb66b0e83c", "3b186d2e96b1", "840a062807c9", "3c41bb109423", "fabeca6918f1", "177439c5dac6", "52d1e02b79c5", "c76167a2f5e6",
        "56741d042ee5", "e15514f2aa05", "4471fe05c7bf",
    ],
    OfficeKind.CENTRE: ["6bdfa54b37bf", "840a062807c9", "3c41bb109423", "52d1e02b79c5", "c76167a2f5e6", "3f536c5daaa8", "4471fe05c7bf"],
    OfficeKind.APPENDIX_BODY: _AGENCY,
    OfficeKind.PREFECTURE_ORGAN: _AGENCY,
    OfficeKind.MUNICIPAL_ORGAN: _AGENCY,
}  # fmt: skip
"""SHA-256 (12 digits) of every script there is. A new one is added at the end; none is ever changed: somebody's register has run it."""


@pytest.mark.parametrize("kind", TABLES)
def test_no_script_that_a_register_has_run_is_changed(kind):
    assert [sha256(script.encode()).hexdigest()[:12] for script in TABLES[kind].scripts] == PUBLISHED[kind]


@pytest.mark.parametrize("kind", TABLES)
def test_a_register_of_every_earlier_age_is_the_same_as_a_new_one(kind, tmp_path):
    scripts = TABLES[kind].scripts
    new = _schema(tmp_path / "new.db", scripts, scripts)
    assert new
    for age in range(1, len(scripts)):
        assert _schema(tmp_path / f"{age}.db", scripts[:age], scripts) == new


def _schema(path, first, then):
    """What a register holds that was made with some scripts and opened with others."""
    Store(str(path), first).close()
    store = Store(str(path), then)
    found = set(store.connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall())
    store.close()
    return found
