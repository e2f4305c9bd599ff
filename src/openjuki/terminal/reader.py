"""A real reader on this desk, by PC/SC (カードリーダー, PC/SC Workgroup part 5). Needs the optional package of the extra `reader`."""

from typing import Any

from openjuki.register.errors import NotReady, Say


class ReaderDoor:
    """The reader of this number, in the system's order from 0. A `CardDoor`."""

    def __init__(self, number: int = 0) -> None:
        self._number = number
        self._connection: Any = None

    def connect(self) -> bytes:
        pcsc = _pcsc()
        try:
            found = pcsc.System.readers()
            if self._number >= len(found):
                raise _no_reader()
            self._connection = found[self._number].createConnection()
            self._connection.connect()
            return bytes(self._connection.getATR())
        except pcsc.Exceptions.SmartcardException as error:
            raise _no_card() from error

    def transmit(self, apdu: bytes) -> bytes:
        if self._connection is None:
            raise _no_card()
        try:
            data, high, low = self._connection.transmit(list(apdu))
        except _pcsc().Exceptions.SmartcardException as error:
            raise _no_card() from error
        return bytes(data) + bytes((high, low))

    def disconnect(self) -> None:
        if self._connection is not None:
            self._connection.disconnect()
            self._connection = None


def reader_names() -> list[str]:
    """The readers of this desk. Raises NotReady if the PC/SC service does not answer."""
    pcsc = _pcsc()
    try:
        return [str(reader) for reader in pcsc.System.readers()]
    except pcsc.Exceptions.SmartcardException as error:
        raise _no_reader() from error


def _pcsc() -> Any:
    """The package that speaks PC/SC, looked for only when a real reader is wanted."""
    try:
        import smartcard
        import smartcard.Exceptions
        import smartcard.System
    except ModuleNotFoundError as error:
        raise NotReady(
            "reader",
            Say("the package for real readers is not installed.", "カードリーダー用のパッケージがありません。"),
            Say("Install the extra `reader`.", "追加パッケージ reader を入れてください。"),
        ) from error
    return smartcard


def _no_card() -> NotReady:
    return NotReady(
        "card", Say("there is none in the reader.", "カードがありません。"), Say("Put the card in.", "カードを入れてください。")
    )


def _no_reader() -> NotReady:
    return NotReady(
        "reader",
        Say("there is none of that number.", "その番号の読取り装置がありません。"),
        Say("Plug it in and see that pcscd runs.", "接続し、pcscd が動いているか確かめてください。"),
    )
