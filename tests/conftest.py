"""The longest files first, so that the processes that share the tests end together (試験の順序)."""

from collections.abc import Sequence

import pytest

LONGEST = (
    "test_worlds.py",
    "test_worlds_second_half.py",
    "test_decision_matrix.py",
    "test_malformed_frames.py",
    "test_worlds_traces.py",
    "test_node_join.py",
    "test_kill.py",
    "test_postgres_kill.py",
    "test_postgres_country.py",
    "test_store_contract.py",
    "test_power_cut.py",
)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Files go to whoever is free, in the order of their first test."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))  # type: ignore[attr-defined]
