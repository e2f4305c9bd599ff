"""A command speaks the language that was asked for, and its errors name item, reason and remedy (案内と結果の表示)."""

import json

from openjuki.cli.telling import Teller, language_of
from openjuki.register.errors import InvalidInput, Reason, Refused, Say

ERROR = InvalidInput("birth", Say("is no date.", "日付ではありません。"), Say("Write it anew.", "書き直してください。"))


def test_the_environment_decides_the_language_in_the_order_of_its_names():
    assert language_of({"LANG": "ja_JP.UTF-8"}) == "ja"
    assert language_of({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}) == "en"
    assert language_of({"LANG": "ja_JP.UTF-8", "LC_ALL": "", "LC_MESSAGES": "ja"}) == "ja"
    assert language_of({}) == "en"


def test_an_error_is_said_with_item_reason_and_remedy(capsys):
    Teller(language="ja").error(ERROR)
    said = capsys.readouterr()
    assert said.err.strip() == "birth: 日付ではありません。 書き直してください。"
    assert not said.out


def test_a_program_gets_the_error_as_json_with_the_code_of_a_refusal(capsys):
    Teller(as_json=True).error(Refused(Reason.NO_CASE, "30-34"))
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert (told["error"]["code"], told["error"]["article"]) == ("no-case", "30-34")


def test_a_result_goes_either_to_the_person_or_to_the_program(capsys):
    Teller().result({"a": 1})
    Teller(as_json=True).line("a is one")
    assert not capsys.readouterr().out
