"""Whoever gives a command hears how it ended, whatever goes wrong on the other side (操作口の応答)."""

import asyncio

import pytest

from openjuki.nodes.control import Control, call
from openjuki.register.errors import Broken, InvalidInput, Refused, Say

SAID = Say("cannot be read.", "読めません。")


def answered(tmp_path, operate, said=()):
    """What a command hears; `said` collects what the loop's log is told."""

    async def go():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context["exception"]))
        control = Control(tmp_path, operate)
        await control.start()
        try:
            async with asyncio.timeout(5):
                return await call(tmp_path, "try", {})
        finally:
            await control.stop()

    return asyncio.run(go())


def test_a_fault_of_the_software_ends_the_command_with_an_error_and_is_logged(tmp_path):
    async def fails(operation, arguments, tell):
        raise KeyError("nothing of it is told")

    logged = []
    with pytest.raises(Broken) as caught:
        answered(tmp_path, fails, logged)
    assert caught.value.item == "operation" and "nothing of it" not in str(caught.value)
    assert [type(error) for error in logged] == [KeyError]


def test_an_answer_that_no_line_can_hold_is_a_fault_and_no_silence(tmp_path):
    async def odd(operation, arguments, tell):
        return "\udc8f"

    with pytest.raises(Broken):
        answered(tmp_path, odd, [])


def test_an_error_about_bytes_that_are_no_character_arrives(tmp_path):
    async def refuses(operation, arguments, tell):
        raise InvalidInput("column \udc8f", SAID, Say("use \udc8f.", "\udc8f です。"))

    with pytest.raises(InvalidInput) as caught:
        answered(tmp_path, refuses)
    assert caught.value.item == "column \\udc8f" and caught.value.reason == SAID
    assert caught.value.remedy == Say("use \\udc8f.", "\\udc8f です。")


def test_a_line_that_is_no_request_is_refused(tmp_path):
    async def go():
        control = Control(tmp_path, lambda *_: asyncio.sleep(0))
        await control.start()
        try:
            reader, writer = await asyncio.open_unix_connection(str(tmp_path / "control.sock"))
            writer.write(b"no request\n")
            async with asyncio.timeout(5):
                line = await reader.readline()
            writer.close()
            return line
        finally:
            await control.stop()

    assert Refused.__name__.encode() in asyncio.run(go())
