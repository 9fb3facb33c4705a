"""``feedpub deploy`` to a server with the interface of S3, with s3fs: what clients get, how often the store is asked,
and what is said when something is wrong.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from feedpub import load_config
from feedpub.delivery.deploy import deploy
from feedpub.delivery.deploy.manifest import NAME
from support.object_store import CREDENTIALS, S3Server, s3_server
from support.ports import closed_port
from support.site import SiteFolder

pytestmark = pytest.mark.slow

TARGET = "deploy:\n  web:\n    url: s3://{bucket}/feeds\n    endpoint: {endpoint}\n"
MANIFEST = f"/news/feeds/{NAME}"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with s3_server() as running:
        yield running


@pytest.fixture
def built(site: SiteFolder, store: S3Server) -> SiteFolder:
    configure(site, store)
    site.add("a", topics=["A"])
    site.add("c", topics=["C"])
    site.build()
    return site


def configure(site: SiteFolder, store: S3Server, more: str = "", *, bucket: str = "news", head: str = "") -> None:
    site.configure(head + TARGET.format(bucket=bucket, endpoint=store.url) + more)


def deployed(store: S3Server) -> dict[str, bytes]:
    """Every object below the prefix but the manifest."""
    found = {key.removeprefix("feeds/"): data for key, data in store.files().items() if key.startswith("feeds/")}
    found.pop(NAME, None)
    return found


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    """Return the status and the one line on stderr."""
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert "SECRET" not in done.stderr
    return done.returncode, done.stderr.removeprefix("feedpub: s3://news/feeds: ").strip()


def test_a_client_gets_each_file_with_its_type_and_cache_header(built: SiteFolder, store: S3Server) -> None:
    done = built.run("deploy")
    assert (done.returncode, done.stderr) == (0, "")
    assert deployed(store) == {path: store.get(f"feeds/{path}").content for path in built.files()} == built.files()
    types = {
        "rss.xml": "application/rss+xml",
        "atom.xml": "application/atom+xml",
        "topics/a/feed.json": "application/feed+json",
        "index.html": "text/html; charset=utf-8",
        "feedpub.css": "text/css; charset=utf-8",
        "topics.opml": "text/x-opml",
    }
    for path, content_type in types.items():
        response = store.get(f"feeds/{path}")
        assert response.headers["Content-Type"] == content_type
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert "Content-Encoding" not in response.headers
    manifest = store.get(f"feeds/{NAME}")
    assert manifest.headers["Cache-Control"] == "no-store"
    assert "lease" not in manifest.json()


def test_a_change_asks_the_store_for_little_more_than_the_changed_files(built: SiteFolder, store: S3Server) -> None:
    built.run("deploy")
    old = built.files()
    built.add("a", title="Another title", topics=["A"])
    (built.content / "c.md").unlink()
    built.build("--prune")
    new = built.files()
    changed = {path for path in new.keys() | old.keys() if old.get(path) != new.get(path)}
    gone = old.keys() - new.keys()
    assert gone
    store.requests.clear()
    done = built.run("deploy")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(store.requests) == len(changed) + 3
    assert store.requests[:2] == [("GET", MANIFEST), ("PUT", MANIFEST)]
    assert store.requests[-1] == ("PUT", MANIFEST)
    middle = store.requests[2:-1]
    assert {path for method, path in middle if method == "DELETE"} == {f"/news/feeds/{path}" for path in gone}
    assert {path for method, path in middle if method == "PUT"} == {f"/news/feeds/{path}" for path in changed - gone}
    assert [method for method, _ in middle] == ["PUT"] * len(changed - gone) + ["DELETE"] * len(gone)
    assert deployed(store) == new
    store.requests.clear()
    quiet = built.run("deploy")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert store.requests == [("GET", MANIFEST)]


def test_what_a_feed_links_comes_before_it(built: SiteFolder, store: S3Server) -> None:
    configure(built, store, head="output: {archive: true, limit: 1}\n")
    built.build()
    built.run("deploy")
    paths = [path.removeprefix("/news/feeds/") for method, path in store.requests if method == "PUT"]
    last_archive = max(index for index, path in enumerate(paths) if "archive/" in path)
    pages = [index for index, path in enumerate(paths) if path.startswith("topics/") and path.endswith("index.html")]
    feeds = [index for index, path in enumerate(paths) if path.endswith("rss.xml") and "archive/" not in path]
    lists = [paths.index(path) for path in ("topics.opml", "feeds.opml")]
    assert last_archive < min(feeds)
    assert max(index for index in pages if "archive/" not in paths[index]) < min(feeds)
    assert max(feeds) < min(lists)


def test_one_object_has_the_compressed_bytes(built: SiteFolder, store: S3Server) -> None:
    configure(built, store, "    encoding: gzip\n", head="output: {precompress: [gzip, br]}\n")
    built.build()
    assert built.run("deploy").returncode == 0
    files = built.files()
    plain = {path: data for path, data in files.items() if not path.endswith((".gz", ".br"))}
    assert {path: store.get(f"feeds/{path}").content for path in deployed(store)} == plain
    response = store.get("feeds/rss.xml")
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Type"] == "application/rss+xml"
    assert int(response.headers["Content-Length"]) == len(files["rss.xml.gz"])
    assert built.run("deploy", "--verify-all").stdout == ""


def test_a_command_of_its_own_is_as_quiet(built: SiteFolder, store: S3Server) -> None:
    done = built.run_process("build", "--deploy", "web")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{len(built.files())} files uploaded to web (")
    again = built.run_process("build", "--deploy", "web")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert deployed(store) == built.files()


def test_verify_all_finds_what_is_missing_or_has_other_bytes_of_the_same_size(
    built: SiteFolder, store: S3Server
) -> None:
    built.run("deploy")
    whole = built.files()["rss.xml"]
    store.put("feeds/rss.xml", whole[:-2] + b"!\n")
    store.put("elsewhere.txt", b"not below the prefix")
    done = built.run("deploy", "--verify-all")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 file uploaded")
    assert deployed(store) == built.files()
    store.put("feeds/mine.txt", b"mine")
    status, line = said(built.run("deploy", "--verify-all"))
    assert status == 1
    assert line == "feedpub: web: 1 file not of feedpub, such as mine.txt; they stay, and nothing was removed"
    assert store.get("feeds/mine.txt").content == b"mine"


def test_a_bucket_that_others_use_is_left_alone(built: SiteFolder, store: S3Server) -> None:
    store.put("feeds/rss.xml", b"another feed")
    status, line = said(built.run("deploy"))
    assert status == 1
    assert line.startswith(f"has no {NAME}, and another file where the output has its own, such as rss.xml; nothing")
    assert deployed(store) == {"rss.xml": b"another feed"}


def test_what_the_store_refuses_is_one_line_and_changes_nothing(built: SiteFolder, store: S3Server) -> None:
    refused = "the store refuses the credentials of the environment or of ~/.aws"
    clock = "the clock of this machine is wrong, so the store refuses requests; set it"
    for status, code, exit_status, message in (
        (404, "NoSuchBucket", 1, "there is no such bucket"),
        (403, "InvalidAccessKeyId", 1, f"{refused} (InvalidAccessKeyId)"),
        (403, "SignatureDoesNotMatch", 1, f"{refused} (SignatureDoesNotMatch)"),
        (403, "AccessDenied", 1, f"{refused} (AccessDenied)"),
        (403, "RequestTimeTooSkewed", 1, clock),
        (400, "AuthorizationHeaderMalformed", 1, "the bucket is in another region; set AWS_REGION"),
        (400, "InvalidRequest", 4, "told by S3."),
    ):
        store.behave = lambda _method, _path, answer=(status, code): answer  # type: ignore[misc]
        assert said(built.run("deploy")) == (exit_status, message)
    assert store.files() == {}


def test_a_refusal_on_the_way_ends_the_deploy_and_the_next_goes_on(built: SiteFolder, store: S3Server) -> None:
    built.run("deploy")
    before = deployed(store)
    (built.content / "c.md").unlink()
    built.build("--prune")
    store.behave = lambda used, _path: (403, "AccessDenied") if used == "DELETE" else None
    assert said(built.run("deploy"))[0] == 1
    assert deployed(store).keys() == before.keys()
    store.behave = None
    assert built.run("deploy").returncode == 0
    assert deployed(store) == built.files()


def test_a_bucket_that_is_not_there_and_a_store_that_does_not_answer(built: SiteFolder, store: S3Server) -> None:
    configure(built, store, bucket="nobody")
    assert built.run("deploy").stderr == "feedpub: s3://nobody/feeds: there is no such bucket\n"
    built.configure(TARGET.format(bucket="news", endpoint=f"http://127.0.0.1:{closed_port()}"))
    status, line = said(built.run("deploy"))
    assert status == 4
    assert line.startswith("could not connect to the endpoint URL")


def test_without_credentials_nothing_is_asked(
    built: SiteFolder, store: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    status, line = said(built.run("deploy"))
    assert (status, line) == (
        1,
        "the credentials of the environment or of ~/.aws cannot be used (NoCredentialsError)",
    )
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    status, line = said(built.run("deploy"))
    assert status == 1
    assert "(ProfileNotFound)" in line
    assert store.files() == {}


def test_of_two_that_begin_at_once_one_goes_on(built: SiteFolder, store: S3Server) -> None:
    built.run("deploy")
    built.add("d", topics=["D"])
    built.build()
    other = SiteFolder(built.root.parent / "other")
    shutil.copytree(built.root, other.root, dirs_exist_ok=True)
    results: list[int] = []

    def overtake(method: str, path: str) -> None:
        if (method, path) == ("PUT", MANIFEST):
            store.behave = None
            results.append(deploy(load_config(other.root / "config.yaml")).exit_status)

    store.behave = overtake
    status, line = said(built.run("deploy"))
    assert (results, status, line) == ([0], 3, "another deploy began meanwhile and goes on")
    assert deployed(store) == built.files()
    store.requests.clear()
    assert built.run("deploy").returncode == 0
    assert store.requests == [("GET", MANIFEST)]


def test_an_upload_that_fails_goes_on_where_it_ended(built: SiteFolder, store: S3Server) -> None:
    store.behave = lambda method, path: (403, "AccessDenied") if "topics/c/rss.xml" in path else None
    status, _ = said(built.run("deploy"))
    assert status == 1
    found = store.get(f"feeds/{NAME}").json()
    assert "topics/c/rss.xml" in found["pending"]
    assert "topics.opml" not in deployed(store)
    assert "lease" not in found
    store.behave = None
    store.requests.clear()
    assert built.run("deploy").returncode == 0
    assert len(store.requests) == len(found["pending"]) + 3
    assert deployed(store) == built.files()
