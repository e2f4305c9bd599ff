"""The network a node is given: it dials, and hands over connections whose peer is known by certificate (回線網; architecture section 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from openjuki.nodes.node import Node


class Network(Protocol):
    """TLS in production, a seeded one in the simulator. It calls `Node.connected` or `Node.dial_failed`, on the node's own thread."""

    def dial(self, node: Node, office: str, host: str, port: int) -> None:
        """Try to connect to `office`."""
