"""Reads the authentication certificate by pyscard with one extended READ BINARY (外部の読取りプログラム)."""

from cryptography import x509
from smartcard.System import readers

SELECT = [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]
SELECT_FILE = [0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A]
READ = [0x00, 0xB0, 0x00, 0x00, 0x00, 0x10, 0x00]

if __name__ == "__main__":
    connection = readers()[0].createConnection()
    connection.connect()
    for apdu in (SELECT, SELECT_FILE):
        _, high, low = connection.transmit(apdu)
        assert (high, low) == (0x90, 0x00)
    data, high, low = connection.transmit(READ)
    assert (high, low) == (0x90, 0x00)
    issuer = x509.load_der_x509_certificate(bytes(data)).issuer.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    print(f"certificate of {issuer[0].value}")
