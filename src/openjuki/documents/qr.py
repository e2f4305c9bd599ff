"""The QR of a document: its id and verification code, no personal data (二次元コード; ISO/IEC 18004, version 3, level M)."""

from functools import lru_cache

import segno

MASK = 3
"""Fixed: to try all eight masks costs more than to set the page, and any of them can be read."""


@lru_cache(maxsize=16)
def modules(payload: str) -> str:
    """The modules, one row of 0 and 1 after the other, separated by spaces."""
    made = segno.make(payload, error="m", mode="alphanumeric", mask=MASK, boost_error=False, micro=False)
    return " ".join("".join("1" if dark else "0" for dark in row) for row in made.matrix)
