"""The link's commands that need no country: token, forms, and whom the interface would let in (連携の操作)."""

import json

from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.nodes.entering import KINDS


def run(*arguments: object):
    return CliRunner().invoke(main, ["register", "link", *(str(argument) for argument in arguments)])


def test_a_token_is_made_once_and_for_its_owner_only(tmp_path):
    file = tmp_path / "token"
    assert run("token", file).exit_code == 0
    text = file.read_text("ascii")
    assert (file.stat().st_mode & 0o777, len(text)) == (0o600, 44)
    assert run("token", file).exit_code == 1
    assert file.read_text("ascii") == text
    run("token", tmp_path / "other")
    assert (tmp_path / "other").read_text("ascii") != text


def test_the_schema_is_one_json_value_and_names_every_kind():
    said = json.loads(run("schema", "--json").stdout)
    assert {f"event-{kind}" for kind in KINDS} <= set(said["$defs"])
    assert json.loads(run("schema", "--openapi").stdout)["openapi"] == "3.1.0"


def serve(tmp_path, *options: object):
    return run("run", "--dir", tmp_path, "--source", "juki", "--exchange", tmp_path / "exchange", "--once", "--port", 0, *options)


def test_the_interface_is_not_opened_to_whom_it_does_not_know(tmp_path):
    token = tmp_path / "token"
    run("token", token)
    for options in ((), ("--host", "0.0.0.0", "--token-file", token), ("--certificate", token, "--key", token, "--client-ca", token)):
        ran = serve(tmp_path, *options)
        assert ran.exit_code == 1, options
    assert not (tmp_path / "exchange").exists()
    assert serve(tmp_path, "--token-file", token).exit_code == 75, "let in, but there is no office"
    token.chmod(0o640)
    assert "token-file" in serve(tmp_path, "--token-file", token).stderr
    token.chmod(0o600)
    token.write_text("short\n")
    assert "token-file" in serve(tmp_path, "--token-file", token).stderr


def test_a_system_has_a_plain_name(tmp_path):
    ran = run("run", "--dir", tmp_path, "--source", "../x", "--exchange", tmp_path / "exchange", "--once", "--lang", "ja")
    assert (ran.exit_code, "システムの名前" in ran.stderr) == (1, True)
