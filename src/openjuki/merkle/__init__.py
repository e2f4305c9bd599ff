"""Merkle trees, proofs and signed notes (RFC 6962 section 2, 証跡の木). Pure."""
