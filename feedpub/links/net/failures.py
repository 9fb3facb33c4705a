"""The failures of connections: exceptions of the libraries → :class:`TransportError`.

Pure functions. :mod:`feedpub.links.judge.verdicts` decides what a failure means for a link.
"""

from __future__ import annotations

import http.client
import re
import ssl

import requests
from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError

from feedpub.core.errors import message_of, printable
from feedpub.links.model import Failure
from feedpub.links.net.deadline import OversizedError

MALFORMED = (http.client.HTTPException, HTTPError, ValueError, TypeError, LookupError, AttributeError)
"""The exceptions of http.client, its header parser and urllib3 for malformed responses."""

_LONGEST_MESSAGE = 120
_CLOSED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
# RFC 9113 section 4.1: the first frame of a server is a SETTINGS frame, type 4, or GOAWAY, type 7.
_HTTP2 = re.compile("\x00[\x00-\xff]{2}[\x04\x07]")
_HTTP2_ONLY = "the server speaks HTTP/2 only; whether there is the page cannot be judged"
# X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY and …_TO_VERIFY_LEAF_SIGNATURE of OpenSSL.
_NO_ISSUER = (20, 21)
_NO_AUTHORITY = "the certificate's authority is not known; browsers may know it, or fetch what the server left out"
# By OpenSSL's words for the reason.
_TLS_REASONS = {
    "tlsv1 alert no application protocol": _HTTP2_ONLY,
    "tlsv1 unrecognized name": "the server has no site of this name (SNI)",
    "tlsv1 alert protocol version": "the server's version of TLS is not supported",
    "unsupported protocol": "the server's version of TLS is too old",
    "sslv3 alert handshake failure": "the server refused; it may want a name (SNI), a certificate or other ciphers",
    "tlsv13 alert certificate required": "the server wants a certificate of the client",
}
# The first match counts: RemoteDisconnected is a subclass of BadStatusLine.
_REASONS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((OversizedError, http.client.LineTooLong), "the headers are too large"),
    ((http.client.RemoteDisconnected, *_CLOSED), "the server closed the connection"),
    ((http.client.BadStatusLine, http.client.UnknownProtocol), "the answer is not HTTP"),
    ((TimeoutError,), "timed out"),
)


class TransportError(requests.ConnectionError):
    """An error for a request without a response.

    ``str()`` is the reason in a few printable words.
    """

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(printable(message[:_LONGEST_MESSAGE]))
        self.failure = failure


def no_connection(error: Exception) -> TransportError:
    """Return the reason why a connection could not be opened.

    One of :data:`MALFORMED` comes from a proxy's response.
    """
    if isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _NO_ISSUER:
        return TransportError(Failure.AUTHORITY, _NO_AUTHORITY)
    if isinstance(error, ssl.SSLCertVerificationError):
        return TransportError(Failure.CERTIFICATE, f"the certificate is not valid: {_lower(error.verify_message)}")
    if isinstance(error, ssl.SSLError) and not isinstance(error, _CLOSED):
        return TransportError(Failure.TLS, _tls_reason(error))
    if isinstance(error, MALFORMED):
        return TransportError(Failure.CONNECT, "the proxy's answer is malformed")
    return TransportError(Failure.CONNECT, f"no connection: {_reason(error)}")


def no_answer(error: Exception) -> TransportError:
    """Return the reason why no response came on an open connection."""
    if isinstance(error, TimeoutError):
        return TransportError(Failure.TIMEOUT, "no answer in time")
    if isinstance(error, ssl.SSLError) and not isinstance(error, _CLOSED):
        return TransportError(Failure.TLS, _tls_reason(error))
    return TransportError(Failure.PROTOCOL, _reason(error))


def cut_short(error: Exception) -> TransportError | None:
    """Return the reason why a body broke off.

    None for a body that cannot be decoded, or that exceeds the allowed bytes before it is decoded:
    its response is valid nevertheless.
    """
    if isinstance(error, (TimeoutError, ReadTimeoutError)):
        return TransportError(Failure.TIMEOUT, "the page did not end in time")
    if isinstance(error, DecodeError) or isinstance(error.__cause__, OversizedError):
        return None
    return TransportError(Failure.PROTOCOL, "the page broke off")


def _reason(error: Exception) -> str:
    if isinstance(error, http.client.BadStatusLine) and _HTTP2.match(str(error.args[0])):
        return _HTTP2_ONLY
    for kinds, reason in _REASONS:
        if isinstance(error, kinds):
            return reason
    return message_of(error) if isinstance(error, OSError) else "the headers are malformed"


def _tls_reason(error: ssl.SSLError) -> str:
    # Python does not know the names of all reasons, but the message has OpenSSL's words for each.
    words = (error.reason or str(error)).replace("_", " ").lower()
    known = (text for reason, text in _TLS_REASONS.items() if reason in words)
    return f"no TLS: {next(known, words if error.reason else 'the handshake failed')}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
