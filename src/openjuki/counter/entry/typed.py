"""What was typed into a form, kept as it came, and what is wrong with it (入力内容・入力誤り, standard 4.0.9)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openjuki.register.errors import OpenJukiError, Say

SPACES = " 　\t\r\n"


class Typed:
    """The texts of a form by the names of its inputs; nothing is trimmed, folded or normalised."""

    def __init__(self, given: Mapping[str, Sequence[str]]) -> None:
        self._given = {name: list(texts) for name, texts in given.items()}

    def text(self, name: str) -> str:
        """The first text of an input; "" if it was not sent, or holds nothing but spaces."""
        texts = self._given.get(name) or [""]
        return texts[0] if texts[0].strip(SPACES) else ""

    def all(self, name: str) -> list[str]:
        """Every text of an input: the boxes that are ticked."""
        return [text for text in self._given.get(name, []) if text]

    def has(self, prefix: str) -> bool:
        """Whether anything was typed into an input whose name begins so."""
        return any(name.startswith(prefix) and any(text.strip(SPACES) for text in texts) for name, texts in self._given.items())

    def pairs(self) -> Iterator[tuple[str, str]]:
        """All of it, to be carried to the next page."""
        for name, texts in self._given.items():
            for text in texts:
                yield name, text

    def with_texts(self, changed: Mapping[str, Sequence[str]]) -> "Typed":
        """The same with other texts in some inputs; an empty list takes an input away."""
        return Typed({name: texts for name, texts in {**self._given, **changed}.items() if texts})

    def given(self) -> dict[str, list[str]]:
        """The texts by input."""
        return {name: list(texts) for name, texts in self._given.items()}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the input where it is, what it is called, why, and what to do."""

    at: str
    label: Say
    reason: Say
    remedy: Say


def fault_of(at: str, label: Say, error: OpenJukiError) -> Fault:
    """A refusal of the register, at an input."""
    return Fault(at, label, error.reason, error.remedy)
