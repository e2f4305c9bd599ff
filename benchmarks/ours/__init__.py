"""OpenJuki's own side of the measurements: the bare link, the whole node, the store (本システム)."""
