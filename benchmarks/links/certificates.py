"""Certificates for the load server's addresses, the authorities that vouch for them, and how tools are told of these.

They are certifi's authorities and one of ours: to load them costs a tool what it costs on the real web.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import certifi
import trustme

ADDRESSES = 200


_CERTIFI = """\
from pathlib import Path

def where():
    return {bundle!r}

def contents():
    return Path(where()).read_text(encoding="ascii")
"""


class Certificates(NamedTuple):
    """The paths of the certificates."""

    server: Path
    """A PEM file: key and chain, for every address."""
    bundle: Path
    """A PEM file: the authorities."""
    certifi: Path
    """A folder with a ``certifi`` that has them: feedpub trusts no other bundle."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which Python, OpenSSL, requests, rustls and Node.js are told of authorities."""
        names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
        return {**dict.fromkeys(names, str(self.bundle)), "PYTHONPATH": str(self.certifi)}


def make_certificates(folder: Path) -> Certificates:
    """Make an authority of our own, and a certificate for every address, in ``folder``."""
    authority = trustme.CA()
    certificate = authority.issue_cert(*(f"127.0.1.{number}" for number in range(1, ADDRESSES + 1)))
    made = Certificates(folder / "server.pem", folder / "authorities.pem", folder / "trust")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(made.server))
    made.bundle.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
    (made.certifi / "certifi").mkdir(parents=True, exist_ok=True)
    (made.certifi / "certifi" / "__init__.py").write_text(_CERTIFI.format(bundle=str(made.bundle)))
    return made
