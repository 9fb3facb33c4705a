"""``feedpub deploy`` and ``build --deploy`` into a folder: what is written, removed and said, and the status."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from feedpub.delivery.deploy.manifest import NAME
from support.site import SiteFolder

TARGET = "deploy:\n  here: {url: 'file:public'}\n"


@pytest.fixture
def built(site: SiteFolder) -> SiteFolder:
    """A site with a target, after its first build."""
    site.configure(TARGET)
    for name in "abc":
        site.add(name, topics=[name.upper(), "All"])
    site.build()
    return site


def deployed(site: SiteFolder) -> dict[str, bytes]:
    """Every file in the target but the manifest."""
    folder = site.root / "public"
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def manifest(site: SiteFolder) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site.root / "public" / NAME).read_bytes())
    return found


def stamps(site: SiteFolder) -> dict[str, tuple[int, int]]:
    """The modification times and inodes of the files in the target."""
    return {
        path: ((found := (site.root / "public" / path).stat()).st_mtime_ns, found.st_ino) for path in deployed(site)
    }


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    """Return the status and the one line on stderr."""
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.returncode, done.stderr.removeprefix("feedpub: ").strip()


def test_the_first_deploy_writes_all_and_the_second_nothing_and_says_nothing(built: SiteFolder) -> None:
    done = built.run("deploy")
    assert (done.returncode, done.stderr) == (0, "")
    count = len(built.files())
    assert done.stdout.startswith(f"{count} files uploaded to here (")
    assert deployed(built) == built.files()
    assert not {"lease", "pending"} & manifest(built).keys()
    before = stamps(built)
    again = built.run("deploy", "here")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert stamps(built) == before
    assert built.run("deploy", "-v").stdout == f"nothing to deploy to here: {count} files unchanged\n"


def test_a_change_writes_exactly_the_changed_files(built: SiteFolder) -> None:
    built.run("deploy")
    before, old = stamps(built), built.files()
    built.add("a", title="Another title", topics=["A", "All"])
    built.build()
    changed = {path for path, data in built.files().items() if old.get(path) != data}
    assert changed
    assert changed != old.keys()
    tried = built.run("deploy", "--dry-run", "-v")
    assert tried.stdout.startswith(f"{len(changed)} files to upload to here, ")
    assert set(tried.stderr.splitlines()) == {f"would be uploaded: {path}" for path in changed}
    assert stamps(built) == before
    done = built.run("deploy", "-v")
    assert set(done.stderr.splitlines()) == {f"uploaded: {path}" for path in changed}
    assert deployed(built) == built.files()
    assert {path for path, stamp in stamps(built).items() if before.get(path) != stamp} == changed


def test_what_the_output_lost_is_removed_but_never_the_files_of_others(built: SiteFolder) -> None:
    built.run("deploy")
    (built.root / "public" / "topics" / "c" / "mine.txt").write_text("mine")
    for name in "bc":
        (built.content / f"{name}.md").unlink()
    built.build("--prune")
    done = built.run("deploy")
    assert ", 8 removed, " in done.stdout
    assert deployed(built) == built.files() | {"topics/c/mine.txt": b"mine"}
    assert not (built.root / "public" / "topics" / "b").exists()


def test_too_many_removals_are_none_and_need_a_person(built: SiteFolder) -> None:
    built.run("deploy")
    for name in "bc":
        (built.content / f"{name}.md").unlink()
    built.build("--prune")
    done = built.run("deploy", "--max-deletes", "7")
    assert done.returncode == 1
    assert done.stderr == "feedpub: here: 8 files would be removed, and --max-deletes is 7; none was removed\n"
    assert deployed(built).keys() > built.files().keys()
    assert {path: deployed(built)[path] for path in built.files()} == built.files()
    assert built.run("deploy", "--max-deletes", "7").returncode == 1
    assert built.run("deploy", "--max-deletes", "8").returncode == 0
    assert deployed(built) == built.files()


def test_only_a_whole_output_is_deployed(built: SiteFolder) -> None:
    built.run("deploy")
    before = deployed(built)
    rss = built.output / "rss.xml"
    whole = rss.read_bytes()
    rss.write_bytes(whole.replace(b"Title", b"Titel"))
    remedy = "nothing was uploaded; run 'feedpub build'"
    assert said(built.run("deploy")) == (1, f"{rss}: was changed by someone else; {remedy}")
    rss.unlink()
    assert said(built.run("deploy")) == (1, f"{rss}: is missing; {remedy}")
    rss.mkdir()
    assert said(built.run("deploy")) == (1, f"{rss}: cannot be read: is a directory; {remedy}")
    rss.rmdir()
    assert deployed(built) == before
    built.build()
    assert built.run("deploy").returncode == 0
    assert deployed(built) == before


def test_a_build_that_was_killed_is_not_deployed(built: SiteFolder) -> None:
    from feedpub.state.journal import Journal

    Journal(built.state, "output").write({"rss.xml": "0"})
    status, line = said(built.run("deploy"))
    assert (status, line) == (
        1,
        f"{built.output}: the last build did not finish; nothing was uploaded; run 'feedpub build'",
    )
    built.build()
    assert built.run("deploy").returncode == 0


def test_without_the_cache_of_the_build_every_file_is_read(built: SiteFolder) -> None:
    (built.state / "build.db").unlink()
    assert built.run("deploy").returncode == 0
    assert deployed(built) == built.files()
    assert not (built.state / "build.db").exists()


def test_a_target_that_is_not_configured(site: SiteFolder) -> None:
    site.add()
    site.build()
    hint = "nothing was uploaded"
    assert said(site.run("deploy")) == (1, f"config.yaml: deploy: no target is configured; {hint}")
    site.configure("deploy: {a: {url: 'file:a'}, b: {url: 'file:b'}}")
    assert said(site.run("deploy")) == (1, f"config.yaml: deploy: give TARGET; the targets are a, b; {hint}")
    line = f"config.yaml: deploy: there is no target 'c'; the targets are a, b; {hint}"
    assert said(site.run("deploy", "c")) == (1, line)
    site.add("more")
    assert said(site.run("build", "--deploy", "c")) == (1, line)
    assert b"Title of more" not in site.files()["rss.xml"]


def test_nothing_was_published(site: SiteFolder) -> None:
    site.configure(TARGET)
    assert said(site.run("deploy")) == (2, f"{site.output}: nothing was published there; run 'feedpub build'")


@pytest.mark.parametrize("url", ["file:output", "file:output/deep", "file:.", "file:content", "file:.feedpub"])
def test_a_folder_of_the_site_is_no_target(built: SiteFolder, url: str) -> None:
    before = built.files()
    built.configure(f"deploy:\n  here: {{url: '{url}'}}\n")
    status, _ = said(built.run("deploy"))
    assert status == 2
    assert built.files() == before


def test_a_target_that_cannot_be_written(built: SiteFolder) -> None:
    (built.root / "public").write_text("a file")
    status, line = said(built.run("deploy"))
    assert status == 4
    assert line.startswith(f"{built.root}/public")


def test_files_of_others_are_not_replaced_before_there_is_a_manifest(built: SiteFolder) -> None:
    folder = built.root / "public"
    folder.mkdir()
    (folder / "index.html").write_text("mine")
    (folder / "other.txt").write_text("mine, too")
    status, line = said(built.run("deploy"))
    assert status == 1
    assert "has no .feedpub-manifest.json, and another file where the output has its own, such as index.html" in line
    assert deployed(built) == {"index.html": b"mine", "other.txt": b"mine, too"}
    done = built.run("deploy", "--verify-all")
    assert done.returncode == 1
    assert "here: 1 file not of feedpub, such as other.txt; they stay, and nothing was removed" in done.stderr
    assert deployed(built) == built.files() | {"other.txt": b"mine, too"}


def test_verify_all_finds_and_repairs_what_the_manifest_does_not_know(built: SiteFolder) -> None:
    built.run("deploy")
    (built.root / "public" / "rss.xml").write_text("broken")
    (built.root / "public" / "feedpub.css").unlink()
    assert built.run("deploy", "-v").stdout.startswith("nothing to deploy")
    tried = built.run("deploy", "--verify-all", "--dry-run", "-v")
    assert set(tried.stderr.splitlines()) == {"would be uploaded: rss.xml", "would be uploaded: feedpub.css"}
    done = built.run("deploy", "--verify-all")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 files uploaded to here")
    assert deployed(built) == built.files()


def test_verify_all_removes_what_it_did_not_write_never(built: SiteFolder) -> None:
    built.run("deploy")
    (built.content / "c.md").unlink()
    built.build("--prune")
    (built.root / "public" / "other.txt").write_text("mine")
    before = deployed(built).keys()
    done = built.run("deploy", "--verify-all")
    assert done.returncode == 1
    assert deployed(built).keys() == before
    (built.root / "public" / "other.txt").unlink()
    assert built.run("deploy", "--verify-all").returncode == 0
    assert deployed(built) == built.files()


def test_a_damaged_manifest_stops_a_deploy_and_verify_all_writes_it_again(built: SiteFolder) -> None:
    built.run("deploy")
    file = built.root / "public" / NAME
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])
    status, line = said(built.run("deploy"))
    assert status == 1
    assert "is damaged or from another version" in line
    assert built.run("deploy", "--verify-all").returncode == 0
    assert file.read_bytes() == whole


def lease(site: SiteFolder, seconds: int) -> None:
    """Give the target a lease of another machine that ends after ``seconds``."""
    from datetime import UTC, datetime, timedelta

    until = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    found: dict[str, Any] = manifest(site) | {"lease": {"run": "other", "until": until}, "pending": ["rss.xml"]}
    found["files"].pop("rss.xml", None)
    (site.root / "public" / NAME).write_text(json.dumps(found))


def test_a_deploy_of_another_machine_keeps_the_target_until_its_lease_ends(built: SiteFolder) -> None:
    built.run("deploy")
    lease(built, 50)
    status, line = said(built.run("deploy"))
    assert status == 3
    assert "another deploy is running, or was killed (its lease ends at 20" in line
    assert said(built.run("deploy", "--verify-all"))[0] == 3
    lease(built, -1)
    done = built.run("deploy")
    assert (done.returncode, done.stdout.partition(" to ")[0]) == (0, "1 file uploaded")
    assert "lease" not in manifest(built)


def test_a_lease_in_the_far_future_means_that_a_clock_is_wrong(built: SiteFolder) -> None:
    built.run("deploy")
    lease(built, 10_000_000)
    before = deployed(built)
    status, line = said(built.run("deploy"))
    assert status == 1
    assert "so the clock of this machine or of the last deploy's is wrong; nothing was uploaded" in line
    assert deployed(built) == before
    assert built.run("deploy", "--verify-all").returncode == 0
    assert "lease" not in manifest(built)


def test_build_and_deploy_in_one_go(built: SiteFolder) -> None:
    done = built.run("build", "--deploy", "here")
    assert done.returncode == 0
    assert deployed(built) == built.files()
    quiet = built.run("build", "--deploy", "here")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    built.add("d")
    tried = built.run("build", "--deploy", "here", "--dry-run")
    assert tried.returncode == 0
    assert deployed(built) == built.files()


def test_another_output_folder_is_deployed_after_its_build(built: SiteFolder) -> None:
    assert built.run("build", "--output", "other", "--deploy", "here").returncode == 0
    found = (path for path in (built.root / "other").rglob("*") if path.is_file())
    assert {path.relative_to(built.root / "other").as_posix() for path in found} == deployed(built).keys()


def test_an_extra_that_is_not_installed_is_named(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules, "feedpub.delivery.deploy.s3_store", raising=False)
    site.configure("deploy:\n  a: {url: 's3://bucket'}\n")
    site.add()
    site.build()
    assert said(site.run("deploy")) == (2, "deploy to s3: needs s3fs: pip install 'feedpub[s3]'")
