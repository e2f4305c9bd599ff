"""The line between a desk's agent and its office: paired by a code, and its faults called by their names (カード端末の接続)."""

import asyncio
import socket
import struct
import threading

import pytest

from openjuki.register.errors import NotReady, OpenJukiError, Refused
from openjuki.terminal.agent import Agent, CardTold, Confirm, Confirmed, TellCard, encode
from openjuki.terminal.agent_hall import CODE_S, AgentHall
from openjuki.terminal.agent_link import Pairing, serve
from openjuki.terminal.door import InProcessDoor
from tests.card.cards import CODE, DAY, PINS, issued, terminal
from tests.terminal.test_agent import NOW_MS, Person, agent


def counting():
    """A draw without chance."""
    numbers = iter(range(10_000))
    return lambda n: next(numbers) % n


async def paired(hall, desk, code=None):
    """Starts an agent that dials in; returns the code's desk and the thread."""
    port = await hall.open("127.0.0.1", 0)
    right, faults = hall.code(), []

    def dial():
        try:
            serve(desk, "127.0.0.1", port, code or right, lambda: None)
        except OpenJukiError as error:
            faults.append(error)

    thread = threading.Thread(target=dial)
    thread.start()
    return right, thread, faults


def test_a_page_and_a_desk_are_paired_and_the_pin_does_not_cross_the_line():
    async def story():
        hall = AgentHall(counting(), lambda: 0.0)
        code, thread, faults = await paired(hall, agent(Person(PINS.juki)))
        desk = await hall.desk(code)
        told, confirmed = await desk.ask(TellCard()), await desk.ask(Confirm(NOW_MS))
        desk.close()
        await asyncio.to_thread(thread.join, 10)
        await hall.close()
        return told, confirmed, faults

    told, confirmed, faults = asyncio.run(story())
    assert isinstance(told, CardTold) and isinstance(confirmed, Confirmed) and confirmed.code == CODE and not faults
    assert PINS.juki.encode() not in encode(told) + encode(confirmed)


def test_a_desk_that_dialled_in_before_the_page_asked_is_there():
    async def story():
        hall = AgentHall(counting(), lambda: 0.0)
        code, thread, _ = await paired(hall, agent(Person()))
        await asyncio.sleep(0.1)
        desk = await hall.desk(code)
        told = await desk.ask(TellCard())
        desk.close()
        await asyncio.to_thread(thread.join, 10)
        await hall.close()
        return told

    assert isinstance(asyncio.run(story()), CardTold)


@pytest.mark.slow
def test_a_wrong_code_pairs_nobody():
    async def story():
        hall = AgentHall(counting(), lambda: 0.0)
        _, thread, faults = await paired(hall, agent(Person()), code="WRONGCOD")
        await asyncio.to_thread(thread.join, 10)
        await hall.close()
        return faults

    assert [type(fault) for fault in asyncio.run(story())] == [Refused]


@pytest.mark.slow
def test_a_code_is_good_for_two_minutes_and_for_one_desk():
    async def story():
        now = [0.0]
        hall = AgentHall(counting(), lambda: now[0])
        code, thread, faults = await paired(hall, agent(Person()))
        desk = await hall.desk(code)
        desk.close()
        await asyncio.to_thread(thread.join, 10)
        with pytest.raises(NotReady):
            await hall.desk(code)
        late = hall.code()
        now[0] = CODE_S + 1
        with pytest.raises(NotReady):
            await hall.desk(late)
        await hall.close()
        return faults

    assert asyncio.run(story()) == []


def test_no_hall_opens_to_other_machines_without_tls():
    async def story():
        await AgentHall(counting(), lambda: 0.0).open("0.0.0.0", 0)

    with pytest.raises(ValueError, match="TLS"):
        asyncio.run(story())


def test_an_office_that_is_not_there_is_said_so():
    with pytest.raises(NotReady):
        serve(agent(Person()), "127.0.0.1", 1, "X", lambda: None)


def test_what_is_no_text_at_all_is_a_desk_that_is_gone_and_pairs_nobody():
    async def story():
        hall = AgentHall(counting(), lambda: 0.0)
        port, code = await hall.open("127.0.0.1", 0), hall.code()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b'{"code":"\xff"}\n')
        async with asyncio.timeout(10):
            hung_up = await reader.read()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(encode(Pairing(code)) + b"\n")
        desk = await hall.desk(code)
        writer.write(b'{"type":"Declined","item":"\xff"}\n')
        with pytest.raises(NotReady):
            await desk.ask(TellCard())
        await hall.close()
        return hung_up, desk.gone

    assert asyncio.run(story()) == (b"", True)


def test_a_fault_of_the_desks_own_reader_is_not_called_the_offices_silence():
    class Unplugged(InProcessDoor):
        def connect(self):
            raise OSError("the reader is unplugged")

    hall, told = socket.create_server(("127.0.0.1", 0)), []
    desk = Agent(Unplugged(issued()), terminal(), Person(), lambda: DAY)

    def dial():
        try:
            serve(desk, "127.0.0.1", hall.getsockname()[1], "X", lambda: None)
        except Exception as error:
            told.append(error)

    thread = threading.Thread(target=dial)
    thread.start()
    line, _ = hall.accept()
    with line:
        line.sendall(b"paired\n" + encode(TellCard()) + b"\n")
        thread.join(10)
    hall.close()
    assert [type(error) for error in told] == [OSError]


def test_an_office_that_falls_while_the_card_is_at_work_is_said_to_be_gone():
    hall, told = socket.create_server(("127.0.0.1", 0)), []

    def dial():
        try:
            serve(agent(Person()), "127.0.0.1", hall.getsockname()[1], "X", lambda: None)
        except OpenJukiError as error:
            told.append(error)

    thread = threading.Thread(target=dial)
    thread.start()
    line, _ = hall.accept()
    line.recv(1_000)
    line.sendall(b"paired\n" + (encode(TellCard()) + b"\n") * 2)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed as by a kill: the answer finds nobody
    line.close()
    thread.join(10)
    hall.close()
    assert [type(error) for error in told] == [NotReady]
