"""Reads the papers of a test terminal from files (試験用の端末)."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from openjuki.card.dialogue import Terminal
from openjuki.card.sandbox_authority import REALM
from openjuki.keys.software import SoftwareKeys


def terminal_of(key: str, certificate: str, trust: str) -> Terminal:
    """The terminal whose three papers these are."""
    keys = SoftwareKeys({"terminal": load_pem_private_key(Path(key).read_bytes(), None)})
    return Terminal(keys, "terminal", Path(certificate).read_bytes(), Path(trust).read_bytes(), REALM, os.urandom)
