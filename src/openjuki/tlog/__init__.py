"""Append-only log of provisions: leaves and promises (提供の記録, Act art. 30-11, 30-37)."""
