"""One file per procedure of the Act: its messages, then every party's steps in order (手続)."""
