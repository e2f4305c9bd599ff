"""The photo of a card: cropped, sized, checked (顔写真, the Rules art. 35; 4.5 x 3.5 cm by municipal rules).

From the applicant's file to two pictures: colour JPEG for the printed face, small grey JPEG 2000 for the chip. What a program can see is
checked; whether it is the applicant, without a hat and from the front, the clerk sees.
"""

import io
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError

from openjuki.register.errors import InvalidInput, Say

HEIGHT_MM, WIDTH_MM = 45, 35
PRINTED = (420, 540)
ON_CHIP = (168, 216)
SMALLEST = (280, 360)
PIXELS_MAX = 40_000_000
FILE_BYTES_MAX = 10_000_000
_DARKEST, _BRIGHTEST, _FLATTEST, _BACKGROUND_SPREAD = 50, 225, 12, 28


class Photo(NamedTuple):
    """Both pictures, and what the clerk should look at before it is used."""

    printed: bytes
    """JPEG, colour, 420 x 540."""
    chip: bytes
    """JPEG 2000, grey, 168 x 216."""
    warnings: tuple[Say, ...]


def prepare(data: bytes) -> Photo:
    """Both pictures from an applicant's JPEG or PNG. Raises InvalidInput if it is no such picture, or too small, dark, bright or empty."""
    picture = _opened(data)
    if picture.width < SMALLEST[0] or picture.height < SMALLEST[1]:
        raise _unfit(Say("is too small to be printed.", "小さすぎて印刷できません。"))
    cropped = ImageOps.fit(picture, PRINTED, Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    grey = cropped.convert("L")
    light, spread = ImageStat.Stat(grey).mean[0], ImageStat.Stat(grey).stddev[0]
    if light < _DARKEST or light > _BRIGHTEST:
        raise _unfit(Say("is too dark or too bright.", "暗すぎるか明るすぎます。"))
    if spread < _FLATTEST:
        raise _unfit(Say("shows nothing.", "何も写っていません。"))
    return Photo(_saved(cropped, "JPEG", quality=88), _chip_picture(grey), _warnings(picture, grey))


def drawn_person(shade: int = 0) -> bytes:
    """A drawn head and shoulders for test persons, PNG; `shade` 0 to 9 tells them apart."""
    picture = Image.new("RGB", (840, 1080), (214, 226, 236))
    pen, skin = ImageDraw.Draw(picture), (222 - 6 * shade, 186 - 6 * shade, 160 - 5 * shade)
    pen.ellipse((120, 760, 720, 1400), fill=(52, 66 + 12 * shade, 96))
    pen.ellipse((250, 230, 590, 700), fill=skin)
    pen.rectangle((360, 640, 480, 800), fill=skin)
    pen.pieslice((235, 190, 605, 620), 180, 360, fill=(40 + 8 * shade, 34, 30))
    for x in (340, 470):
        pen.ellipse((x, 430, x + 36, 452), fill=(30, 30, 30))
    pen.arc((360, 540, 480, 610), 20, 160, fill=(120, 60, 60), width=8)
    return _saved(picture.filter(ImageFilter.GaussianBlur(2)), "PNG")


def _opened(data: bytes) -> Image.Image:
    if len(data) > FILE_BYTES_MAX:
        raise _unfit(Say("is too large a file.", "ファイルが大きすぎます。"))
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        if picture.width * picture.height > PIXELS_MAX:
            raise _unfit(Say("has too many pixels.", "画素数が多すぎます。"))
        return ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _unfit(Say("is no JPEG or PNG, or damaged.", "JPEG・PNGでないか、壊れています。")) from error


def _warnings(picture: Image.Image, grey: Image.Image) -> tuple[Say, ...]:
    found = []
    ratio = picture.width / picture.height / (WIDTH_MM / HEIGHT_MM)
    if not 0.8 < ratio < 1.25:
        found.append(Say("Much was cut off to fit 4.5 x 3.5 cm.", "4.5×3.5cmに合わせて大きく切り取りました。"))
    corners = [grey.crop((x, 0, x + 60, 90)) for x in (0, grey.width - 60)]
    if any(ImageStat.Stat(corner).stddev[0] > _BACKGROUND_SPREAD for corner in corners):
        found.append(Say("The background is not plain.", "背景が無地ではありません。"))
    return tuple(found)


def _chip_picture(grey: Image.Image) -> bytes:
    return _saved(grey.resize(ON_CHIP, Image.Resampling.LANCZOS), "JPEG2000", quality_mode="rates", quality_layers=[16])


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _unfit(reason: Say) -> InvalidInput:
    return InvalidInput(
        "photo", reason, Say("Ask for another one: front, no hat, plain background.", "無帽・正面・無背景の写真を再提出してください。")
    )
