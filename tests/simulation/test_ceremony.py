"""What the founding of a country leaves on disk (鍵の式典)."""

import os
from itertools import count

import apsw

from openjuki.keys.door import LINK, SEAL
from openjuki.keys.folder import key_file, read_key
from openjuki.nodes.marks import mark_of
from openjuki.nodes.tables import TABLES
from openjuki.nodes.trust_folder import read_trust
from openjuki.offices.store import Store
from openjuki.simulation import ceremony, declaration


def test_every_office_has_two_keys_of_its_own_a_certificate_an_empty_register_and_a_first_mark(tmp_path):
    declared, heard = declaration.declare(("462250",)), []
    numbers = count(10_000)
    ceremony.found(declared, tmp_path, os.urandom, 1_700_000_000_000, lambda: next(numbers), lambda *at: heard.append(at))
    entries, secrets = read_trust(tmp_path / "trust").entries, set()
    for office in declared.offices:
        folder = tmp_path / "offices" / office.code
        for name in (LINK, SEAL):
            assert key_file(folder, name).stat().st_mode & 0o777 == 0o600
            secrets.add(read_key(key_file(folder, name)).private_numbers().private_value)
        assert (folder / "link.pem").exists() and entries[office.code].kind is office.kind
        assert mark_of(folder).read() == 0
        register = apsw.Connection(str(folder / "register.db"))
        assert register.pragma("user_version") == len(TABLES[office.kind].scripts) and register.pragma("journal_mode") == "wal"
        register.close()
    assert len(secrets) == 2 * len(declared.offices)
    assert heard[-1] == (len(declared.offices), len(declared.offices))


def test_a_copied_register_is_the_one_that_the_scripts_make(tmp_path):
    (tmp_path / "country").mkdir()
    ceremony.found(
        declaration.declare(("462250",)), tmp_path / "country", os.urandom, 1_700_000_000_000, iter(range(10_000, 20_000)).__next__
    )
    for office in declaration.declare(("462250",)).offices:
        made = Store(str(tmp_path / f"{office.code}.db"), TABLES[office.kind].scripts)
        copied = apsw.Connection(str(tmp_path / "country" / "offices" / office.code / "register.db"))
        read = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
        assert copied.execute(read).fetchall() == made.connection.execute(read).fetchall()
        made.close()
        copied.close()
