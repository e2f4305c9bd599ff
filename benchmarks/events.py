"""Events a second from municipality to prefecture to centre, each office a process of its own, every hop durable (通知の流量)."""

import os
import time
from dataclasses import dataclass

from benchmarks.measure import Sample, cpu_seconds
from benchmarks.parties import Driver, free_port
from benchmarks.setting import Result, Setting, python
from openjuki.simulation import ceremony, declaration

MUNICIPALITY = "462250"
EVENTS_PER_S = 2000
WAIT_S = 120.0
POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Chain:
    """The three offices' processes."""

    municipality: Driver
    prefecture: Driver
    centre: Driver

    @property
    def drivers(self) -> dict[str, Driver]:
        """By the name that stands in the table."""
        return {"municipality": self.municipality, "prefecture": self.prefecture, "centre": self.centre}


def start_chain(setting: Setting) -> Chain:
    """Founds a country of one municipality and opens its three offices."""
    folder = setting.folder / "country"
    folder.mkdir()
    declared = declaration.declare((MUNICIPALITY,))
    ceremony.found(declared, folder, os.urandom, time.time_ns() // 1_000_000, free_port)
    declaration.write(declared, folder / "country.toml")
    prefecture = next(office.code for office in declared.offices if office.prefecture and office.code != MUNICIPALITY)
    opened = []
    for code in (MUNICIPALITY, prefecture, declaration.CENTRE):
        driver = setting.drive(code, python("benchmarks.ours.office_process", folder, code))
        driver.hear(WAIT_S)
        opened.append(driver)
    return Chain(*opened)


def turn(chain: Chain, first: int, count: int) -> dict[str, Sample]:
    """Enters so many residents and waits until the centre holds them; CPU per event of each office."""
    before = {name: cpu_seconds([driver.party.process.pid]) for name, driver in chain.drivers.items()}
    begin = time.perf_counter()
    entered = chain.municipality.turn(f"enter {first} {count}", WAIT_S)
    while chain.centre.turn("held", WAIT_S)["held"] < first + count:
        if time.perf_counter() - begin > WAIT_S:
            raise chain.centre.party.fail("the centre does not get all events")
        time.sleep(POLL_S)
    seconds = time.perf_counter() - begin
    if entered["entered"] != count:
        raise chain.municipality.party.fail(f"only {entered['entered']} of {count} entered")
    used = {name: cpu_seconds([driver.party.process.pid]) - before[name] for name, driver in chain.drivers.items()}
    walls = {"municipality": float(entered["seconds"]), "prefecture": seconds, "centre": seconds}
    return {name: Sample(count, walls[name], used[name], 0.0, 0.0) for name in used}


def run(setting: Setting) -> Result:
    """Each round enters as many residents as a second or so takes; the centre's rate is that of the whole chain."""
    result = Result("events")
    chain = start_chain(setting)
    count = max(int(EVENTS_PER_S * setting.seconds), 100)
    turn(chain, 0, count)
    rounds = [turn(chain, number * count, count) for number in range(1, setting.rounds + 1)]
    result.tables["M -> P -> C"] = {name: [found[name] for found in rounds] for name in chain.drivers}
    result.notes.append("questions/s are events/s here; the prefecture's and the centre's time runs until the centre holds all")
    return result
