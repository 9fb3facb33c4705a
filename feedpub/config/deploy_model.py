"""The model of ``deploy`` in config.yaml, the places that the output is deployed to."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from feedpub.config.value_types import Section, Text

STORES_WITH_HEADERS = frozenset(("s3", "gs", "az"))
"""The schemes of the stores that keep headers with each file and serve it with them."""


class Purge(Section, frozen=True, kw_only=True):
    """The removal of changed URLs from the caches between a target and its readers."""

    command: Annotated[
        tuple[Text, ...],
        Meta(
            min_length=1,
            description="A program and its arguments; it gets the changed URLs on standard input, one a line.",
        ),
    ]


class DeployTarget(Section, frozen=True, kw_only=True):
    """One place that the output is deployed to."""

    url: Annotated[
        Text,
        Meta(description="s3://bucket/prefix, gs://bucket/prefix, az://container/prefix, sftp://host/path, file:path."),
    ]
    endpoint: Annotated[
        str | None, Meta(description="The URL of a store with the interface of S3 or of Google Cloud Storage.")
    ] = None
    cache_control: Annotated[
        dict[Text, Text],
        Meta(
            description="Cache-Control of files by glob pattern; the first that matches wins: {'**/*.css': no-cache}."
        ),
    ] = {}
    encoding: Annotated[
        Literal["gzip"] | None,
        Meta(description="gzip: each file is stored compressed, with Content-Encoding, and its copies are left out."),
    ] = None
    purge: Annotated[Purge | None, Meta(description="The removal of changed URLs from a CDN.")] = None

    @property
    def scheme(self) -> str:
        """The scheme of the URL, such as ``s3``."""
        return self.url.partition(":")[0]

    @property
    def has_headers(self) -> bool:
        """True if files are stored with their headers; elsewhere, the web server sets them."""
        return self.scheme in STORES_WITH_HEADERS
