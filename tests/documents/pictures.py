"""Pages as pictures, to be compared with the golden ones (帳票の画像比較).

python -m tests.documents.pictures        draws all golden pictures anew; look at each of them before you commit it
"""

import subprocess
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.documents import papers

GOLDEN = Path(__file__).parent / "golden"
DOTS_PER_INCH = 72
GREYS = 16


def pages(pdf: bytes, dots_per_inch: int = DOTS_PER_INCH) -> list[Image.Image]:
    """Every page in sixteen greys, as poppler draws it."""
    command = ["pdftoppm", "-r", str(dots_per_inch), "-gray", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    found, place = [], 0
    while place < len(drawn):
        page = Image.open(BytesIO(drawn[place:]))
        page.load()
        head = len(b"P5\n%d %d\n255\n" % page.size)
        place += head + page.width * page.height
        found.append(page.point([level // GREYS * (GREYS + 1) for level in range(256)]))
    return found


def golden(name: str) -> Image.Image:
    """The golden picture of all pages of a kind, below one another."""
    return Image.open(GOLDEN / f"{name}.png").convert("L")


def together(drawn: list[Image.Image]) -> Image.Image:
    """Pages below one another."""
    whole = Image.new("L", (drawn[0].width, sum(page.height for page in drawn)), 255)
    for number, page in enumerate(drawn):
        whole.paste(page, (0, number * drawn[0].height))
    return whole


def draw() -> None:
    """Write the golden pictures."""
    GOLDEN.mkdir(exist_ok=True)
    for name in papers.contents():
        whole = together(pages(papers.paper(name).pdf))
        small = whole.point([level // GREYS for level in range(256)]).convert("P")
        small.putpalette([value for level in range(GREYS) for value in (level * (GREYS + 1),) * 3])
        small.save(GOLDEN / f"{name}.png", optimize=True, bits=4)


if __name__ == "__main__":
    draw()
