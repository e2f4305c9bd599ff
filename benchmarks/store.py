"""Store: one look-up through the office's store, against bare apsw and against PostgreSQL, at two sizes (台帳の検索)."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import Bound, Rounds, Sample, judge
from benchmarks.ours.search import open_store, query_keys
from benchmarks.peers import postgres
from benchmarks.peers.desk import BY_CODE, BY_NAME
from benchmarks.people import make_file, open_file, person
from benchmarks.setting import Result, Setting

Key = Any
Find = Callable[[Key], object]
KEYS = 20_000
LARGER = 10
BATCH = 200
KINDS = ("code", "name")
BOUNDS = tuple(
    bound
    for kind in KINDS
    for bound in (
        Bound(f"store {kind} large", f"apsw {kind} large", "per_cpu_s", 0.7, at_least=True, proof="store-vs-apsw"),
        Bound(f"store {kind} large", f"store {kind} small", "p50_us", 1.3, proof="store-1m-vs-100k"),
        Bound(f"store {kind} large", f"postgres {kind} large", "p50_us", 0.5),
    )
)


@dataclass(frozen=True, slots=True)
class Searcher:
    """One line of the table: a look-up, and what it is given."""

    name: str
    find: Find
    keys: Sequence[Key]


def keys_for(kind: str, residents: int, count: int = KEYS) -> list[Key]:
    """Keys of residents drawn at random; the parameters of the statement in their order."""
    chance = random.Random(residents)
    drawn = (person(chance.randrange(residents)) for _ in range(count))
    return [(one.code,) if kind == "code" else (one.birth, one.name) for one in drawn]


def turn(searcher: Searcher, seconds: float, first: int) -> Sample:
    """Look-ups one after another for so long; every one is timed and must find somebody."""
    times, keys, find = [], searcher.keys, searcher.find
    begin, cpu, number = time.perf_counter(), time.process_time(), first
    while time.perf_counter() - begin < seconds:
        for _ in range(BATCH):
            key, at = keys[number % len(keys)], time.perf_counter()
            found = find(key)
            times.append(time.perf_counter() - at)
            number += 1
            if found is None:
                raise LookupError(f"{searcher.name} finds nobody")
    whole, used = time.perf_counter() - begin, time.process_time() - cpu
    times.sort()
    return Sample(len(times), whole, used, times[len(times) // 2] * 1e6, times[len(times) * 99 // 100] * 1e6)


def bare_apsw(setting: Setting, size: str, residents: int) -> Iterator[Searcher]:
    """The limit: the same statement through apsw and nothing around it."""
    path = setting.folder / f"bare-{size}.sqlite"
    make_file(path, residents)
    connection = open_file(path)

    def finder(sql: str) -> Find:
        return lambda key: connection.execute(sql, key).fetchone()

    for kind, sql in (("code", BY_CODE), ("name", BY_NAME)):
        yield Searcher(f"apsw {kind} {size}", finder(sql), keys_for(kind, residents))


def through_store(setting: Setting, size: str, residents: int) -> Iterator[Searcher]:
    """The office's own store and search."""
    look_up = open_store(setting.folder / f"store-{size}.sqlite", residents)
    for kind in KINDS:
        yield Searcher(f"store {kind} {size}", look_up, query_keys(kind, residents, KEYS))


def with_postgres(setting: Setting, sizes: dict[str, int], notes: list[str]) -> Iterator[Searcher]:
    """PostgreSQL's searchers, or a note why there are none."""
    missing = postgres.why_not()
    if missing:
        notes.append(missing)
        return
    folder = postgres.start_server(setting)
    for size, residents in sizes.items():
        postgres.fill(folder, f"resident_{size}", residents)
        for kind, find in postgres.lookups(folder, f"resident_{size}").items():
            yield Searcher(f"postgres {kind} {size}", find, keys_for(kind, residents))


def searchers(setting: Setting, notes: list[str]) -> list[Searcher]:
    """Everyone who takes part, with all tables filled."""
    sizes = {"small": setting.residents, "large": setting.residents * LARGER}
    found = [searcher for size, residents in sizes.items() for searcher in bare_apsw(setting, size, residents)]
    found += [searcher for size, residents in sizes.items() for searcher in through_store(setting, size, residents)]
    found.extend(with_postgres(setting, sizes, notes))
    return found


def interleaved(setting: Setting, parties: Sequence[Searcher]) -> Rounds:
    """Every searcher once in each round; one short round before, so that all files are in memory."""
    found: Rounds = {searcher.name: [] for searcher in parties}
    for searcher in parties:
        turn(searcher, setting.seconds / 2, 0)
    for number in range(setting.rounds):
        setting.say(f"  round {number + 1} of {setting.rounds}")
        for searcher in parties:
            found[searcher.name].append(turn(searcher, setting.seconds / 2, number * 7919))
    return found


def run(setting: Setting) -> Result:
    """Small is `--residents` rows, large ten times as many."""
    result = Result("store")
    parties = searchers(setting, result.notes)
    result.tables["look-up"] = interleaved(setting, parties)
    result.verdicts = [judge(bound, result.tables["look-up"]) for bound in BOUNDS]
    return result
