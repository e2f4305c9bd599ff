"""Signs by python-pkcs11 with the authentication key and verifies by `cryptography` (外部の署名プログラム)."""

import sys

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

if __name__ == "__main__":
    module, pin = sys.argv[1:]
    token = next(token for token in pkcs11.lib(module).get_tokens() if "User Authentication" in token.label)
    with token.open(user_pin=pin) as session:
        key = next(iter(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})))
        own = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.ID: key.id}
        der = next(iter(session.get_objects(own)))[pkcs11.Attribute.VALUE]
        signature = key.sign(b"a form", mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
    x509.load_der_x509_certificate(der).public_key().verify(signature, b"a form", padding.PKCS1v15(), SHA256())
    print("verified")
