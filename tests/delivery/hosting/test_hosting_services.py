"""``feedpub hosting`` for services that cannot be started here: their documented rules, applied to what is printed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from feedpub.config.feed_model import Grouping
from feedpub.config.model import Output, Site
from feedpub.core.errors import UsageError
from feedpub.delivery.hosting.rendering import configuration as printed
from support.making import configuration

HUB = "https://hub.example.net/"
FOLDERS = ("/", "/topics/ai/", "/providers/example.com/", "/feeds/hot-ai/")
TYPES = {"rss.xml": "application/rss+xml", "atom.xml": "application/atom+xml", "feed.json": "application/feed+json"}
MOVED = Grouping(aliases={"ML": "Größe", "C++": "C sharp"})


def below(path: str = "", **values: object) -> Site:
    return Site(title="A", base_url=f"https://news.example.org/{path}", **values)  # type: ignore[arg-type]


def cloudflare_rules(**sections: object) -> dict[str, dict[str, str]]:
    """The rules of _headers, read as https://developers.cloudflare.com/pages/configuration/headers/ says."""
    text = printed("cloudflare-headers", configuration(**sections))
    rules: dict[str, dict[str, str]] = {}
    for line in filter(None, text.splitlines()):
        assert len(line) <= 2000
        if line.startswith("/"):
            assert line not in rules
            rules[line] = {}
        elif not line.startswith("#"):
            name, _, value = line.strip().partition(": ")
            rules[list(rules)[-1]][name] = value
    assert len(rules) <= 100
    return rules


def cloudflare_headers(rules: dict[str, dict[str, str]], path: str) -> dict[str, str]:
    sent: dict[str, str] = {}
    for rule, values in rules.items():
        pattern = re.sub(r":(\w+)", r"(?P<\1>[^/]+)", re.escape(rule).replace(r"\*", ".*"))
        if match := re.fullmatch(pattern, path):
            # Values of one header would be joined.
            assert not sent.keys() & values
            places = {f":{place}": text for place, text in match.groupdict().items()}
            sent |= {name: _replaced(text, places) for name, text in values.items()}
    return sent


def _replaced(text: str, places: dict[str, str]) -> str:
    return re.sub(r":[a-z]\w*", lambda one: places[one[0]], text)


@pytest.mark.parametrize("folder", FOLDERS)
def test_cloudflare_sends_each_file_as_what_it_is(folder: str) -> None:
    rules = cloudflare_rules(output=Output(archive=True), hub=HUB)
    caching = {"Cache-Control": "public, max-age=300"}
    for name, media_type in TYPES.items():
        cors = {"Access-Control-Allow-Origin": "*"} if name == "feed.json" else {}
        link = f'<{HUB}>; rel="hub", <https://news.example.org{folder}{name}>; rel="self"'
        typed = {"Content-Type": media_type, **caching, **cors}
        assert cloudflare_headers(rules, f"{folder}{name}") == {**typed, "Link": link}
        assert cloudflare_headers(rules, f"{folder}archive/12/{name}") == typed
    assert cloudflare_headers(rules, f"{folder}index.html") == caching
    for name in ("feeds.opml", "topics.opml", "providers.opml", ".well-known/feeds"):
        assert cloudflare_headers(rules, f"/{name}") == {"Content-Type": "text/x-opml", **caching}


def test_cloudflare_redirects_the_folders_of_aliases_and_cannot_tell_that_a_feed_is_gone() -> None:
    text = printed("cloudflare-redirects", configuration(topics=MOVED, retired=("feeds/old",)))
    rules = [line.split() for line in text.splitlines() if not line.startswith("#")]
    assert rules == [
        ["/topics/ml/*", "/topics/gr%C3%B6sse/:splat", "301"],
        ["/topics/c--cedb1bac7efcd7db47e9/*", "/topics/c-sharp/:splat", "301"],
    ]
    assert "410" in text
    assert "feeds/old" not in text


@pytest.mark.parametrize("server", ["cloudflare-headers", "cloudflare-redirects"])
def test_cloudflare_serves_no_site_below_a_path(server: str) -> None:
    with pytest.raises(UsageError, match="/news/"):
        printed(server, configuration(site=below("news/")))
    many = Grouping(aliases={f"old {number}": "new" for number in range(101)})
    with pytest.raises(UsageError, match="101 feeds have moved"):
        printed(server, configuration(topics=many))


def test_cloudflare_is_said_to_answer_200_without_a_page_for_missing_files() -> None:
    texts = [printed("cloudflare-headers", configuration(output=Output(pages=pages))) for pages in (True, False)]
    assert ["404.html" in text for text in texts] == [False, True]


class _Loader(yaml.SafeLoader):
    """YAML with the tags of CloudFormation."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: (suffix, node.value))  # type: ignore[no-untyped-call]


def cloudfront(**sections: object) -> dict[str, Any]:
    template: dict[str, Any] = yaml.load(printed("cloudfront", configuration(**sections)), _Loader)
    return {name: resource["Properties"] for name, resource in template["Resources"].items()}


def test_cloudfront_keeps_objects_as_long_as_they_say_and_sends_the_page_for_missing_ones_with_404() -> None:
    resources = cloudfront(site=below("news/"))
    distribution = resources["Distribution"]["DistributionConfig"]
    behaviours = [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]
    assert all(one["Compress"] and one["ViewerProtocolPolicy"] == "redirect-to-https" for one in behaviours)
    assert [one.get("ResponseHeadersPolicyId") for one in behaviours] == [None, ("Ref", "Cors")]
    policy = resources["Caching"]["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 300)
    assert distribution["Aliases"] == ["news.example.org"]
    (error,) = distribution["CustomErrorResponses"]
    assert (error["ErrorCode"], error["ResponseCode"], error["ResponsePagePath"]) == (404, 404, "/news/404.html")
    actions = [statement["Action"] for statement in resources["BucketPolicy"]["PolicyDocument"]["Statement"]]
    # S3 answers 403 for what is missing to those who may not list.
    assert actions == ["s3:GetObject", "s3:ListBucket"]
    assert all(resources["Bucket"]["PublicAccessBlockConfiguration"].values())
    without = cloudfront(output=Output(pages=False, formats=("rss",)))
    assert without.keys() == resources.keys() - {"Cors", "Response"}
    assert "CustomErrorResponses" not in without["Distribution"]["DistributionConfig"]


def test_cloudfront_cannot_serve_every_site() -> None:
    with pytest.raises(UsageError, match="8443"):
        printed("cloudfront", configuration(site=Site(title="A", base_url="https://news.example.org:8443/")))
    retired = tuple(f"feeds/{number:040}" for number in range(200))
    with pytest.raises(UsageError, match="10 KB"):
        printed("cloudfront", configuration(retired=retired))


def run(code: str, event: dict[str, Any]) -> dict[str, Any]:
    """Return what a function of CloudFront gives for ``event``, run by Node.js."""
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True, timeout=60)
    given: dict[str, Any] = json.loads(done.stdout)
    return given


NODE = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@pytest.mark.campaign
@NODE
@pytest.mark.parametrize("path", ["/", "/n%C3%A9ws/"])
def test_the_function_of_requests_finds_pages_moves_and_feeds_that_are_gone(path: str) -> None:
    sections = {"site": below(path[1:]), "topics": MOVED, "retired": ("feeds/old", "topics/ö")}
    code = cloudfront(**sections)["Request"]["FunctionCode"]
    for asked, uri in (("", "index.html"), ("topics/ai/", "topics/ai/index.html"), ("rss.xml", "rss.xml")):
        assert run(code, {"request": {"uri": path + asked}}) == {"uri": path + uri}
    for asked, there in (
        ("topics/ml/rss.xml", "topics/gr%C3%B6sse/rss.xml"),
        ("topics/ml/archive/1/feed.json", "topics/gr%C3%B6sse/archive/1/feed.json"),
        ("topics/ml", "topics/gr%C3%B6sse/"),
        ("topics/ai", "topics/ai/"),
    ):
        given = run(code, {"request": {"uri": path + asked}})
        assert (given["statusCode"], given["headers"]["location"]["value"]) == (301, path + there)
    for gone in ("feeds/old", "feeds/old/rss.xml", "topics/%C3%B6/archive/1/atom.xml"):
        assert run(code, {"request": {"uri": path + gone}})["statusCode"] == 410
    for other in ("topics/ml2/rss.xml", "feeds/older/rss.xml", "topics/ml/%0d%0aX:%20y", "%ff", ".well-known/feeds"):
        assert run(code, {"request": {"uri": path + other}}) == {"uri": path + other}


@pytest.mark.campaign
@NODE
def test_the_function_of_responses_names_the_hub_and_lets_browsers_style_feeds() -> None:
    code = cloudfront(site=below("news/"), hub=HUB)["Response"]["FunctionCode"]

    def headers(path: str, **asked: str) -> dict[str, str]:
        named = {name.replace("_", "-"): {"value": value} for name, value in asked.items()}
        kept = {"content-type": {"value": "kept"}, "etag": {"value": '"1"'}}
        event = {"request": {"uri": f"/news/{path}", "headers": named}, "response": {"headers": kept}}
        return {name: value["value"] for name, value in run(code, event)["headers"].items()}

    for path in ("rss.xml", "topics/gr%C3%B6sse/atom.xml", "feed.json"):
        link = f'<{HUB}>; rel="hub", <https://news.example.org/news/{path}>; rel="self"'
        assert headers(path)["link"] == link
        assert (headers(path)["content-type"], headers(path)["etag"]) == ("kept", '"1"')
    for path in ("index.html", "archive/1/rss.xml", "topics/ai/archive/2/feed.json", "feeds.opml"):
        assert "link" not in headers(path)
    page = headers("topics/ai/rss.xml", sec_fetch_dest="document")
    assert (page["content-type"], page["cache-control"]) == ("application/xml", "private, max-age=300")
    assert "etag" not in page
    assert page["vary"] == headers("topics/ai/rss.xml")["vary"] == "Accept-Encoding, Sec-Fetch-Dest"
    assert headers("feed.json", sec_fetch_dest="document")["content-type"] == "kept"


@pytest.mark.campaign
@pytest.mark.skipif(shutil.which("cfn-lint") is None, reason="cfn-lint is not installed: pip install cfn-lint")
@pytest.mark.parametrize(
    "sections",
    [
        {"hub": HUB, "topics": MOVED, "retired": ("feeds/old",), "site": below("news/")},
        {"output": Output(pages=False, formats=("rss",))},
    ],
    ids=["much", "little"],
)
def test_cfn_lint_finds_nothing(tmp_path: Path, sections: dict[str, Any]) -> None:
    (tmp_path / "cloudfront.yaml").write_text(printed("cloudfront", configuration(**sections)), encoding="utf-8")
    command = ["cfn-lint", "--include-checks", "I", "--", "cloudfront.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_workflow_of_github_uploads_hidden_files_too_and_has_few_permissions() -> None:
    text = printed("github-pages", configuration(site=below("news/"), output=Output(path="a 'b' \"c\"")))
    workflow = yaml.safe_load(text)
    build, deploy = (workflow["jobs"][name] for name in ("build", "deploy"))
    upload = build["steps"][-1]
    assert upload["with"] == {"path": "a 'b' \"c\"", "include-hidden-files": True}
    assert workflow["permissions"] == {"contents": "read"}
    assert (build.get("permissions"), deploy["permissions"]) == (None, {"pages": "write", "id-token": "write"})
    outside = msgspec.structs.replace(configuration(output=Output(path="../output")), root=Path("/site"))
    with pytest.raises(UsageError, match=r"output\.path"):
        printed("github-pages", outside)
