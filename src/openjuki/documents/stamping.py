"""Time stamps of the sandbox: a token over a digest, signed with a key of its own (時刻認証, RFC 3161, RFC 5652).

Importing this module imports pyHanko, which takes half a second: import it where a document is sealed.
"""

import datetime
from collections.abc import Callable
from hashlib import sha256

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign.timestamps import TimeStamper

from openjuki.keys.door import Signer

POLICY = "2.999.1"
"""An example arc of ISO: this authority promises nothing outside the sandbox."""
SERIAL_BYTES = 15


class SandboxStamps(TimeStamper):
    """The sandbox's own time stamping authority, in this process; a production realm gives pyHanko's HTTP client instead."""

    def __init__(
        self, keys: Signer, key_name: str, certificate: bytes, ca: bytes, now_ms: Callable[[], int], entropy: Callable[[int], bytes]
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._keys, self._key_name, self._now_ms, self._entropy = keys, key_name, now_ms, entropy
        self._certificate, self._ca = x509.Certificate.load(certificate), x509.Certificate.load(ca)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The granted answer to a request."""
        now = datetime.datetime.fromtimestamp(self._now_ms() // 1_000, datetime.UTC)
        info = self._info(req, now).dump()
        attributes = self._attributes(info, now)
        signature = self._keys.sign(self._key_name, attributes.dump())
        token = {"content_type": "signed_data", "content": self._signed(info, attributes, signature)}
        return tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": "granted"}), "time_stamp_token": cms.ContentInfo(token)})

    def _info(self, req: tsp.TimeStampReq, now: datetime.datetime) -> tsp.TSTInfo:
        said = {
            "version": "v1", "policy": tsp.ObjectIdentifier(POLICY), "message_imprint": req["message_imprint"],
            "serial_number": int.from_bytes(self._entropy(SERIAL_BYTES), "big"), "gen_time": now,
            "tsa": x509.GeneralName(name="directory_name", value=self._certificate.subject),
        }  # fmt: skip
        nonce = {"nonce": req["nonce"]} if req["nonce"].native is not None else {}
        return tsp.TSTInfo({**said, **nonce})

    def _attributes(self, info: bytes, now: datetime.datetime) -> cms.CMSAttributes:
        mine = tsp.ESSCertIDv2({"cert_hash": sha256(self._certificate.dump()).digest()})
        said = {
            "content_type": "tst_info", "signing_time": cms.Time({"utc_time": core.UTCTime(now)}), "message_digest": sha256(info).digest(),
            "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [mine]}),
        }  # fmt: skip
        return cms.CMSAttributes([cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in said.items()])

    def _signed(self, info: bytes, attributes: cms.CMSAttributes, signature: bytes) -> cms.SignedData:
        algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
        mine = {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number}
        signer = {
            "version": "v1", "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(mine)}),
            "digest_algorithm": algorithm, "signature_algorithm": {"algorithm": "sha256_ecdsa"}, "signed_attrs": attributes,
            "signature": signature,
        }  # fmt: skip
        content = {"content_type": "tst_info", "content": core.ParsableOctetString(info)}
        return cms.SignedData({
            "version": "v3", "digest_algorithms": [algorithm], "encap_content_info": cms.EncapsulatedContentInfo(content),
            "certificates": [self._certificate, self._ca], "signer_infos": [cms.SignerInfo(signer)],
        })  # fmt: skip
