"""``feedpub deploy`` to emulators of Google Cloud Storage (gcp-storage-emulator of PyPI) and of Azure (azurite of npm).

Azurite has hundreds of packages, so ``./dev generators`` does not install it: run ``npm install azurite`` in a folder,
and ``AZURITE=folder/node_modules/.bin/azurite-blob ./dev campaign``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from feedpub.delivery.deploy.manifest import Headers
from feedpub.delivery.deploy.store import ConflictError
from support.ports import free_port
from support.site import SiteFolder

pytestmark = pytest.mark.campaign

# Of every Azurite: https://github.com/Azure/Azurite#default-storage-account
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
TYPE = "application/rss+xml"
CACHE = "public, max-age=300"


@contextmanager
def google_emulator() -> Iterator[str]:
    """Run the emulator with the bucket ``news``; give its URL."""
    pytest.importorskip("gcsfs", reason="needs feedpub[gcs]")
    emulator = pytest.importorskip("gcp_storage_emulator.server", reason="needs gcp-storage-emulator")
    port = free_port()
    server = emulator.create_server("127.0.0.1", port, in_memory=True, default_bucket="news")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


@contextmanager
def azurite() -> Iterator[str]:
    """Run Azurite with the container ``news``, which everybody may read; give its connection string."""
    pytest.importorskip("adlfs", reason="needs feedpub[azure]")
    program = shutil.which(os.environ.get("AZURITE", "azurite-blob"))
    if program is None:
        pytest.skip("needs azurite: npm install azurite, and AZURITE=…/node_modules/.bin/azurite-blob")
    from azure.core.exceptions import ServiceRequestError
    from azure.storage.blob import BlobServiceClient

    port = free_port()
    command = [program, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence"]
    account = f"AccountName=devstoreaccount1;AccountKey={KEY}"
    url = f"http://127.0.0.1:{port}/devstoreaccount1"
    settings = f"DefaultEndpointsProtocol=http;{account};BlobEndpoint={url};"
    # Node.js from PyPI is a Python program that starts another; a group ends as a whole.
    with subprocess.Popen(
        [*command, "--skipApiVersionCheck"], stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            client = BlobServiceClient.from_connection_string(settings, retry_total=0)
            for _ in range(300):
                try:
                    client.create_container("news", public_access="blob")
                    break
                except ServiceRequestError:
                    time.sleep(0.1)
            yield settings
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def try_to_deploy(site: SiteFolder, fetch: Callable[[str], tuple[bytes, str, str]]) -> None:
    """Deploy, change, remove, and compare what ``fetch`` gives: bytes, type and Cache-Control of a path."""
    site.add("a", topics=["A"])
    site.add("b", topics=["B"])
    site.build()
    first = site.run("deploy")
    assert (first.returncode, first.stderr) == (0, "")
    assert {path: fetch(path)[0] for path in site.files()} == site.files()
    assert fetch("rss.xml")[1:] == (TYPE, CACHE)
    quiet = site.run("deploy")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    site.add("a", title="Another title", topics=["A"])
    (site.content / "b.md").unlink()
    site.build("--prune")
    done = site.run("deploy")
    assert (done.returncode, done.stderr) == (0, "")
    assert ", 4 removed, " in done.stdout
    assert {path: fetch(path)[0] for path in site.files()} == site.files()
    assert site.run("deploy", "--verify-all").stdout == ""


def test_google_cloud_storage(site: SiteFolder) -> None:
    # The emulator ignores conditions, and its downloads have no Cache-Control; its metadata has.
    with google_emulator() as endpoint:
        site.configure(f"deploy:\n  g: {{url: 'gs://news/feeds', endpoint: '{endpoint}'}}\n")

        def fetch(path: str) -> tuple[bytes, str, str]:
            response = requests.get(f"{endpoint}/news/feeds/{path}", timeout=10)
            about = f"{endpoint}/storage/v1/b/news/o/{requests.utils.quote(f'feeds/{path}', safe='')}"
            metadata = requests.get(about, timeout=10).json()
            return response.content, response.headers["Content-Type"], metadata["cacheControl"]

        try_to_deploy(site, fetch)
        site.configure(f"deploy:\n  g: {{url: 'gs://nobody/feeds', endpoint: '{endpoint}'}}\n")
        done = site.run("deploy")
        assert (done.returncode, done.stderr) == (1, "feedpub: gs://nobody/feeds: there is no such bucket\n")


def test_azure_blob_storage(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with azurite() as settings:
        monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", settings)
        site.configure("deploy:\n  a: {url: 'az://news/feeds'}\n")
        base = settings.partition("BlobEndpoint=")[2].rstrip(";")

        def fetch(path: str) -> tuple[bytes, str, str]:
            response = requests.get(f"{base}/news/feeds/{path}", timeout=10)
            return response.content, response.headers["Content-Type"], response.headers["Cache-Control"]

        try_to_deploy(site, fetch)
        from feedpub.delivery.deploy.azure_store import AzureStore

        store = AzureStore("az://news", "news", "", None)
        version = store.write("x", b"1", Headers(TYPE), "")
        for expected in ("", '"0x1"'):
            with pytest.raises(ConflictError):
                store.write("x", b"2", Headers(TYPE), expected)
        store.write("x", b"3", Headers(TYPE), version)
        site.configure("deploy:\n  a: {url: 'az://nobody'}\n")
        done = site.run("deploy")
        assert (done.returncode, done.stderr) == (1, "feedpub: az://nobody: there is no such container\n")
        monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", settings.replace(KEY, "A" + KEY[1:]))
        done = site.run("deploy")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "refuses the credentials of the environment" in done.stderr
