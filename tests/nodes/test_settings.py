"""node.toml and anchor.toml are right, absent where they may be, or fatal: never half right (機関の設定と基点)."""

import datetime
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.keys.software import make_key, public_der
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.settings import read_settings
from openjuki.nodes.trust_folder import fingerprint, read_anchor, replace_file, write_anchor
from openjuki.register.errors import InvalidInput, OpenJukiError
from openjuki.wire import network_ca
from openjuki.wire.directory import Anchor

AT = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
RIGHT = {
    "realm": '"sandbox"', "code": '"462039"', "kind": '"municipality"', "name": '"鹿屋市"', "prefecture": '"46"',
    "host": '"127.0.0.1"', "port": "4600", "folder": '"."', "anchor": '"anchor.toml"',
}  # fmt: skip


def authority(realm: str = "sandbox") -> bytes:
    valid = network_ca.validity(int(AT.timestamp() * 1000), 10)
    return network_ca.der(network_ca.make_network_ca(realm, make_key(os.urandom), 7, valid))


ANCHOR = Anchor("sandbox", "centre", public_der(make_key(os.urandom)), authority(), "192.0.2.1", 4500)


def written(folder: Path, /, **changed: str | None) -> Path:
    write_anchor(folder / "anchor.toml", ANCHOR)
    lines = [f"{name} = {value}" for name, value in {**RIGHT, **changed}.items() if value is not None]
    (folder / "node.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder / "node.toml"


def wrong_item(path: Path) -> str:
    with pytest.raises(InvalidInput) as raised:
        read_settings(path)
    return raised.value.item


def test_settings_that_are_right_are_read_with_their_anchor_and_their_folders(tmp_path):
    settings, anchor = read_settings(written(tmp_path))
    assert anchor == ANCHOR
    assert settings.kind is OfficeKind.MUNICIPALITY
    assert settings.office_folder == tmp_path / "offices" / "462039"
    assert settings.trust_folder == tmp_path / "trust"


def test_a_municipality_applies_as_mayor_for_the_works_that_the_act_names(tmp_path):
    settings, _ = read_settings(written(tmp_path))
    said = settings.application(b"", b"")
    assert (said.bodies, said.affairs) == (("市町村長",), ("act:30-7(4)3", "act:30-7(6)3"))


@pytest.mark.parametrize("item", [*RIGHT])
def test_a_setting_that_is_missing_is_named(tmp_path, item):
    assert wrong_item(written(tmp_path, **{item: None})) == item


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("realm", '"japan"'),
        ("code", '"462038"'),
        ("code", '"131016"'),
        ("code", '"../../etc"'),
        ("kind", '"town"'),
        ("kind", '"centre"'),
        ("kind", '"applicant"'),
        ("name", '""'),
        ("name", '"a\\u0007b"'),
        ("name", "7"),
        ("prefecture", '"48"'),
        ("prefecture", '""'),
        ("host", '"two words"'),
        ("host", '""'),
        ("port", "0"),
        ("port", "65536"),
        ("port", '"4600"'),
        ("folder", '""'),
        ("fingerprint", '"0000 1111"'),
        ("bodies", '"市町村長"'),
        ("kolour", '"red"'),
    ],
)
def test_a_setting_that_is_wrong_is_fatal(tmp_path, item, value):
    assert wrong_item(written(tmp_path, **{item: value})) == item


def test_an_agencys_affairs_are_affairs(tmp_path):
    agency = {"kind": '"appendix-body"', "code": '"pension-2"', "prefecture": '""'}
    settings, _ = read_settings(written(tmp_path, **agency, affairs='["appendix:1:77"]'))
    assert settings.application(b"", b"").affairs == ("appendix:1:77",)
    assert wrong_item(written(tmp_path, **agency, affairs='["77"]')) == "affair"


def test_an_agency_cannot_take_the_form_of_a_municipalitys_code(tmp_path):
    assert wrong_item(written(tmp_path, kind='"prefecture-organ"')) == "code"


def test_the_fingerprint_heard_by_telephone_may_be_typed_with_or_without_spaces(tmp_path):
    heard = fingerprint(ANCHOR)
    for typed in (heard, heard.upper().replace(" ", "")):
        _, anchor = read_settings(written(tmp_path, fingerprint=f'"{typed}"'))
        assert anchor == ANCHOR


def test_a_fingerprint_changes_with_whom_the_anchor_trusts_and_not_with_the_address():
    other_key = Anchor("sandbox", "centre", public_der(make_key(os.urandom)), ANCHOR.network_ca, "192.0.2.1", 4500)
    other_authority = Anchor("sandbox", "centre", ANCHOR.seal_public, authority(), "192.0.2.1", 4500)
    moved = Anchor("sandbox", "centre", ANCHOR.seal_public, ANCHOR.network_ca, "192.0.2.2", 1)
    assert fingerprint(moved) == fingerprint(ANCHOR)
    assert len({fingerprint(anchor) for anchor in (ANCHOR, other_key, other_authority)}) == 3


@pytest.mark.parametrize(
    ("item", "value"),
    [("seal_key", '"AAAA"'), ("seal_key", '"?"'), ("network_ca", '"AAAA"'), ("port", "0"), ("port", '"1"'), ("host", '""'), ("more", "1")],
)
def test_an_anchor_with_a_wrong_item_is_not_taken(tmp_path, item, value):
    write_anchor(tmp_path / "anchor.toml", ANCHOR)
    lines = [line for line in (tmp_path / "anchor.toml").read_text().splitlines() if not line.startswith(f"{item} ")]
    (tmp_path / "anchor.toml").write_text("\n".join([*lines, f"{item} = {value}"]))
    with pytest.raises(InvalidInput):
        read_anchor(tmp_path / "anchor.toml")


@pytest.mark.slow
@given(at=st.integers(0, 10_000), sign=st.sampled_from('Aa0="\n#+/é'))
def test_an_anchor_changed_on_its_way_is_refused_or_has_another_fingerprint(tmp_path_factory, at, sign):
    path = tmp_path_factory.getbasetemp() / "changed.toml"
    write_anchor(path, ANCHOR)
    text = path.read_text()
    at %= len(text)
    path.write_text(text[:at] + sign + text[at + 1 :])
    try:
        read = read_anchor(path)
    except OpenJukiError:
        return
    assert (fingerprint(read) == fingerprint(ANCHOR)) == (msgspec.structs.replace(read, host=ANCHOR.host, port=ANCHOR.port) == ANCHOR)


def test_a_file_is_replaced_as_a_whole_and_keeps_the_mode_given(tmp_path):
    replace_file(tmp_path / "f", b"first", 0o600)
    replace_file(tmp_path / "f", b"second", 0o600)
    assert (tmp_path / "f").read_bytes() == b"second"
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
