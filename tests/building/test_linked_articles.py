"""Links between articles: each leads to the URL that the other has now, in every kind of build."""

from __future__ import annotations

import json

import pytest

from support.site import SiteFolder

SITE = """\
site: {title: Meadow, base_url: "https://meadow.example/"}
content: {path: content, permalink: "/{path}/"%s}
output: {pages: false, limit: %s}
"""


def configure(site: SiteFolder, *, generator: str | None = None, limit: int = 9) -> None:
    """Configure the site with feeds of so many entries, of which a build may show few."""
    site.configure(base=SITE % (f", generator: {generator}" if generator else "", limit))


@pytest.fixture
def meadow(site: SiteFolder) -> SiteFolder:
    """A site whose first article, the newest, links others."""
    configure(site, limit=2)
    for name, body in {"clover": "[s](../herbs/sage.md#leaf) [n](none.md)", "vetch": "", "herbs/sage": ""}.items():
        site.add(f"fields/{name}" if "/" not in name else name, body=body, sourceUrl=None)
    site.add("late/rye", sourceUrl=None, publishedDateTime="2024-06-01")
    site.build()
    return site


def hrefs(site: SiteFolder, name: str = "fields/clover") -> list[str]:
    """Return the URLs that the body of an article links."""
    items = json.loads(site.files()["feed.json"])["items"]
    (item,) = (item for item in items if item["url"] == f"https://meadow.example/{name}/")
    return [part.partition('"')[0] for part in item.get("content_html", "").split('href="')[1:]]


def test_a_link_to_a_file_leads_to_the_article(meadow: SiteFolder) -> None:
    configure(meadow)
    meadow.build()
    assert hrefs(meadow) == ["https://meadow.example/herbs/sage/#leaf", "https://meadow.example/fields/clover/none.md"]


CHANGES = {
    "gone": lambda site: (site.content / "herbs" / "sage.md").unlink(),
    "withheld": lambda site: site.add("herbs/sage", sourceUrl=None, draft=True),
    "embargoed": lambda site: site.add("herbs/sage", sourceUrl=None, publishedDateTime="2999-01-01"),
    "invalid": lambda site: site.write("herbs/sage", "---\ntitle: Sage\n---\n"),
    "another url": lambda site: site.add("herbs/sage", sourceUrl="https://herbs.example/sage"),
    "another slug": lambda site: site.add("herbs/sage", sourceUrl=None, slug="salvia"),
    "another text": lambda site: site.add("herbs/sage", sourceUrl=None, body="Grey."),
    "a new target": lambda site: site.add("fields/none", sourceUrl=None),
    "a new draft": lambda site: site.add("fields/none", sourceUrl=None, draft=True),
    "a new link": lambda site: site.add("late/rye", sourceUrl=None, body="[v](../fields/vetch.md) [x](/none.md)"),
    "moved": lambda site: (site.content / "herbs" / "sage.md").rename(site.content / "fields" / "sage.md"),
}


@pytest.mark.parametrize("generator", [None, "zola"])
@pytest.mark.parametrize("change", CHANGES)
def test_the_next_build_equals_one_from_nothing(meadow: SiteFolder, change: str, generator: str | None) -> None:
    if generator:
        configure(meadow, generator=generator, limit=2)
        meadow.build()
    CHANGES[change](meadow)
    meadow.build("--report", "changed.json")
    after = meadow.files()
    meadow.build("--full", "--report", "full.json")
    assert meadow.files() == after
    problems = [json.loads((meadow.root / name).read_text())["problems"] for name in ("changed.json", "full.json")]
    assert problems[0] == problems[1]
    assert len(meadow.run("validate").stdout.splitlines()) >= len(problems[0])
    # Nothing is left to do.
    meadow.build("--report", "again.json")
    assert json.loads((meadow.root / "again.json").read_text())["feeds"]["written"] == 0


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        (
            None,
            "content/fields/clover.md:5: body: '../herbs/sage.md' is no published article; the link to it is left out",
        ),
        ("zola", "content/fields/clover.md:5: body: 'none.md' is no published article; the link to it"),
    ],
)
def test_a_link_to_an_unpublished_article_is_left_out_and_told(
    meadow: SiteFolder, generator: str | None, message: str
) -> None:
    configure(meadow, generator=generator)
    meadow.add("herbs/sage", sourceUrl=None, draft=True)
    done = meadow.run("build")
    assert message in done.stderr
    assert message in meadow.run("validate").stdout
    assert "sage" not in str(hrefs(meadow))
    text = json.loads(meadow.files()["feed.json"])["items"][1]["content_html"]
    assert text.startswith("<p>s ")
