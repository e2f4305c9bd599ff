"""The sentences of the scenarios; each calls a step that the story plays too (シナリオの文)."""
