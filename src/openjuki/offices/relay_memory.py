"""What a municipality remembers between two relay questions: keys of the hour, who is stopped until when (中継業務の一時記憶; promise P2).

Nothing of it is written down: a key that is gone with the process cannot open what was recorded on the line before.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


class OwnKey(NamedTuple):
    """A key to which others enclose what they ask; taken until `until_ms` (wall clock)."""

    private: X25519PrivateKey
    public: bytes
    until_ms: int


class PeersKey(NamedTuple):
    """Another office's key, as it sealed it."""

    public: bytes
    until_ms: int


@dataclass(slots=True)
class RelayMemory:
    """One office's; a new process begins with an empty one."""

    own: list[OwnKey] = field(default_factory=list)
    peers: dict[str, PeersKey] = field(default_factory=dict)
    stopped: dict[tuple[str, str], int] = field(default_factory=dict)
    """(asking office, operator or "" for all of it) -> until when its questions are refused unread (wall clock, ms)."""
    operators: dict[str, Any] = field(default_factory=dict)
    """Signing keys of the operators at work here, by operator (offices/operator_seal.py)."""
