"""A bucket of Amazon S3, or of a store with its interface, as a target (``s3:``); through s3fs.

Credentials, profile and region come from the environment or from the files of the AWS command line:
https://docs.aws.amazon.com/boto3/latest/guide/credentials.html . Conditional writes are those of
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html .
"""

from __future__ import annotations

import re
from typing import Any

from fsspec.asyn import sync
from s3fs import S3FileSystem

from feedpub.core.errors import FeedpubError
from feedpub.delivery.deploy.manifest import Headers
from feedpub.delivery.deploy.store import (
    AT_ONCE,
    CONNECT_TIMEOUT,
    TIMEOUT,
    ConflictError,
    ListedFile,
    Store,
    StoredFile,
    without_empty,
)

_CREDENTIALS = "the credentials of the environment or of ~/.aws"
_REASONS = {
    "NoSuchBucket": "there is no such bucket",
    "RequestTimeTooSkewed": "the clock of this machine is wrong, so the store refuses requests; set it",
    "RequestExpired": "the clock of this machine is wrong, so the store refuses requests; set it",
    "PermanentRedirect": "the bucket is in another region; set AWS_REGION",
    "AuthorizationHeaderMalformed": "the bucket is in another region; set AWS_REGION",
    "IllegalLocationConstraintException": "the bucket is in another region; set AWS_REGION",
}
_REFUSALS = frozenset(
    """
    403 AccessDenied AccountProblem AllAccessDisabled ExpiredToken Forbidden InvalidAccessKeyId InvalidSecurity
    InvalidToken NotSignedUp SignatureDoesNotMatch TokenRefreshRequired UnrecognizedClientException
    """.split()
)
_WITHOUT_CREDENTIALS = re.compile("NoCredentials|PartialCredentials|CredentialRetrieval|ProfileNotFound|TokenRetrieval")
_CONFLICTS = frozenset(("PreconditionFailed", "ConditionalRequestConflict", "412", "409"))
_MD5 = re.compile("[0-9a-f]{32}")


class S3Store(Store):
    """The objects in ``bucket`` below ``prefix``, which is empty or ends in a slash."""

    def __init__(self, where: str, bucket: str, prefix: str, endpoint: str | None) -> None:
        super().__init__(where)
        self._bucket = bucket
        self._prefix = prefix
        try:
            self._fs = S3FileSystem(
                endpoint_url=endpoint,
                skip_instance_cache=True,
                use_listings_cache=False,
                config_kwargs={
                    "connect_timeout": CONNECT_TIMEOUT,
                    "read_timeout": TIMEOUT,
                    "max_pool_connections": AT_ONCE,
                    "retries": {"max_attempts": 2},
                },
            )
        except Exception as error:  # noqa: BLE001  # botocore's errors have no common root
            raise self._error(error) from None

    def read(self, path: str) -> StoredFile | None:
        """See :class:`Store`."""
        try:
            response = self._fs.call_s3("get_object", Bucket=self._bucket, Key=self._prefix + path)
            return StoredFile(sync(self._fs.loop, response["Body"].read), response["ETag"])
        except Exception as error:  # noqa: BLE001
            if _code(error) in ("NoSuchKey", "404"):
                return None
            raise self._error(error) from None

    def write(self, path: str, data: bytes, headers: Headers, expected: str | None = None) -> str:
        """See :class:`Store`."""
        conditions = {} if expected is None else {"IfMatch": expected} if expected else {"IfNoneMatch": "*"}
        stored = without_empty(
            ContentType=headers.content_type,
            CacheControl=headers.cache_control,
            ContentEncoding=headers.content_encoding,
        )
        try:
            response = self._fs.pipe_file(self._name(path), data, **stored, **conditions)
        except Exception as error:  # noqa: BLE001
            if conditions and _code(error) in _CONFLICTS:
                raise ConflictError from None
            if conditions and _code(error) in ("NotImplemented", "501"):
                return self.write(path, data, headers)
            raise self._error(error) from None
        return str((response or {}).get("ETag", ""))

    def remove(self, path: str) -> None:
        """See :class:`Store`."""
        try:
            self._fs.rm_file(self._name(path))
        except Exception as error:  # noqa: BLE001
            raise self._error(error) from None

    def listing(self) -> dict[str, ListedFile]:
        """See :class:`Store`."""
        start = f"{self._bucket}/{self._prefix}"
        try:
            found: dict[str, Any] = self._fs.find(start, detail=True)
        except FileNotFoundError:
            return {}
        except Exception as error:  # noqa: BLE001
            raise self._error(error) from None
        return {
            name.removeprefix(start): ListedFile(info["size"], _md5(info.get("ETag", "")))
            for name, info in found.items()
            if name != start.rstrip("/")
        }

    def _name(self, path: str) -> str:
        return f"{self._bucket}/{self._prefix}{path}"

    def _error(self, error: Exception) -> FeedpubError:
        """Return the error for ``error``, without what the store says about the request."""
        code = _code(error)
        if code in _REASONS:
            return self.refused(_REASONS[code])
        if code in _REFUSALS:
            return self.refused(f"the store refuses {_CREDENTIALS} ({code})")
        if _WITHOUT_CREDENTIALS.match(type(error).__name__):
            return self.refused(f"{_CREDENTIALS} cannot be used ({type(error).__name__})")
        return self.failed(error)


def _code(error: BaseException) -> str:
    """Return the error code of S3; empty for other errors.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    for source in (error, error.__cause__):
        response = getattr(source, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))
    return ""


def _md5(etag: str) -> str | None:
    """Return the MD5 digest that an ETag is, if the object was uploaded in one part."""
    text = etag.strip('"').lower()
    return text if _MD5.fullmatch(text) else None
