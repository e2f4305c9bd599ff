"""A card behind vpcd as a process, which a test may make die at a certain write (カードのプロセス)."""

import os
import signal
import sys
from pathlib import Path

from openjuki.card.system import CardSystem
from openjuki.terminal import vpcd
from openjuki.terminal.card_file import CardFiles


class DyingFiles(CardFiles):
    """Dies by signal 9 right after the n-th write of the image is on disk, before anything is answered."""

    def __init__(self, image: Path, writes: int) -> None:
        super().__init__(image)
        self.left = writes

    def write_image(self, content: bytes) -> None:
        super().write_image(content)
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    path, writes = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    vpcd.insert(CardSystem(DyingFiles(path, writes) if writes else CardFiles(path), os.urandom))
