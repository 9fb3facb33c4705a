"""rss2email (https://github.com/rss2email/rss2email), which sends an e-mail for each entry: here, to a folder."""

from __future__ import annotations

import mailbox
import re
import shutil
import subprocess
import tempfile
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from support.lab.model import FILES, Format, Shown

_CONFIG = """\
[DEFAULT]
from = news@example.org
to = me@example.org
email-protocol = maildir
maildir-path = {folder}/mail
maildir-mailbox = .
html-mail = True
date-header = True
name-format = {{author}}
verbose = error
"""
_BODY = re.compile(r'<div id="body">\n(.*)\n</div>\n<div class="footer">(.*)', re.DOTALL)
_ENCLOSURE = re.compile(r'Enclosure: <a href="([^"]*)"')


class Rss2email:
    """rss2email."""

    name = "rss2email"
    formats: tuple[Format, ...] = ("rss", "atom")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        program = shutil.which("r2e")
        if program is None:
            pytest.skip("rss2email is not installed")
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            mailbox.Maildir(home / "mail")
            (home / FILES[format_]).write_bytes(document)
            (home / "config").write_text(_CONFIG.format(folder=folder))
            for command in (["add", "news", str(home / FILES[format_])], ["run"]):
                arguments = [program, "-c", "config", "-d", "data", *command]
                subprocess.run(arguments, cwd=home, capture_output=True, timeout=60, check=True)
            parse = BytesParser(policy=policy.default).parsebytes
            return [_shown(parse(path.read_bytes())) for path in (home / "mail" / "new").iterdir()]


def _shown(message: EmailMessage) -> Shown:
    found = _BODY.search(message.get_content())
    body, footer = found.groups() if found else (None, "")
    author = str(message["From"].addresses[0].display_name)
    return Shown(
        id=str(message["X-RSS-ID"]),
        link=str(message["X-RSS-URL"]),
        title=str(message["Subject"]),
        published=str(message["Date"]),
        authors=(author,),
        body=body,
        enclosures=tuple(_ENCLOSURE.findall(footer)),
        topics=tuple(str(message["X-RSS-TAGS"] or "").split(",")) if message["X-RSS-TAGS"] else (),
    )
