"""A promise that did not hold in a world (約束違反)."""


class Violation(Exception):
    """Which promise was broken, and where; holds what is needed to look for the cause."""
