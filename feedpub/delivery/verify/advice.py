"""The description of each rule, and what to do on a server that does not follow it. Data.

A rule has an entry for a server only where the advice differs. docs/verify.md shows the same table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from feedpub.delivery.verify.model import Rule


class Advice(NamedTuple):
    """The description of a rule, and what to do."""

    description: str
    """The fault in a few words."""
    text: str
    """The advice for any server."""
    servers: Mapping[str, str] = {}
    """The advice for nginx, Caddy, Cloudflare and S3."""


_PRINTED = "use what 'feedpub hosting {}' prints."
_BOTS = (
    "let verified bots and these user agents through (WAF, custom rules, action Skip); turn off Bot Fight Mode, which"
    " rules cannot skip."
)

ADVICE: Mapping[Rule, Advice] = {
    Rule.UNREACHABLE: Advice(
        "The feed cannot be fetched",
        "Start the server, and check its name and port. For a redirect to a private address, see check.allow_private.",
    ),
    Rule.TLS: Advice(
        "The connection is not secure",
        "Renew the certificate, for the right name, and send the intermediate certificates with it.",
        {
            "nginx": "'certbot renew'; ssl_certificate names fullchain.pem, not cert.pem.",
            "Caddy": "it renews by itself: look into its log.",
            "Cloudflare": "the mode of TLS is Full (strict), and the server behind has a valid certificate.",
            "S3": "a bucket's website has no TLS: put CloudFront with a certificate of ACM in front.",
        },
    ),
    Rule.REDIRECT_LOOP: Advice(
        "The redirects lead nowhere",
        "Take out one of two rules that contradict each other, such as http to https and back.",
        {"Cloudflare": "with the mode of TLS Flexible, a server that redirects to https loops: set Full (strict)."},
    ),
    Rule.REDIRECT: Advice(
        "The feed is at another URL", "Set site.base_url to the URL that answers, without a redirect."
    ),
    Rule.NOT_FOUND: Advice(
        "The feed is not there",
        "Upload it: subscribers of a feed that is empty now still poll it. A feed that is gone for good is retired.",
    ),
    Rule.REFUSED: Advice(
        "The server refuses the feed",
        "Let everyone read the files of output/.",
        {
            "nginx": "the user of nginx needs the right to read the files and to enter all folders above them.",
            "S3": "the bucket policy allows s3:GetObject; 403 is also its answer for a file that is not there.",
        },
    ),
    Rule.RATE_LIMIT: Advice(
        "The server limits the rate of requests",
        "Allow more: services of readers poll all feeds from one address. Or set check.delay for this host.",
        {
            "nginx": "'limit_req' does not apply to feeds, which are small files.",
            "Cloudflare": "except the feeds from Rate Limiting Rules.",
        },
    ),
    Rule.CHALLENGE: Advice(
        "A page for browsers takes the place of the feed",
        "Except the feeds from bot protection: readers cannot solve challenges.",
        {"Cloudflare": _BOTS},
    ),
    Rule.READER: Advice(
        "A feed reader does not get the feed",
        "Except the feeds from rules on user agents and from bot protection.",
        {
            "nginx": "take the reader out of 'if ($http_user_agent …)' and of lists of bots.",
            "Caddy": "take the reader out of matchers of 'header User-Agent'.",
            "Cloudflare": _BOTS,
            "S3": "the rules are those of AWS WAF at CloudFront: allow the user agents above the managed bot rules.",
        },
    ),
    Rule.MEDIA_TYPE: Advice(
        "The media type is wrong",
        "Send application/rss+xml, application/atom+xml or application/feed+json.",
        {
            "nginx": _PRINTED.format("nginx"),
            "Caddy": _PRINTED.format("caddy"),
            "Cloudflare": "it keeps the type of the server behind; Pages takes it from the file _headers.",
            "S3": "set Content-Type when you upload, as 'feedpub deploy' does.",
        },
    ),
    Rule.STALE: Advice(
        "The feed is an older version",
        "Deploy output/, and purge the caches on the way.",
        {
            "nginx": "as a proxy: 'proxy_cache_valid' is at most site.ttl; root names the folder that is built.",
            "Cloudflare": "purge the URLs; Edge TTL respects the headers of the server.",
            "S3": "invalidate the paths at CloudFront; the Maximum TTL is at most site.ttl.",
        },
    ),
    Rule.NEWER: Advice("The feed is a newer version", "Run it on the machine that builds, or build first."),
    Rule.TRUNCATED: Advice("The feed breaks off", "Upload it again, under another name that is then renamed."),
    Rule.DIFFERENT: Advice(
        "The feed is not the file in output/",
        "Deploy output/ again; turn off what changes XML or JSON on the way.",
        {
            "nginx": "'sub_filter' and minifiers do not apply to feeds.",
            "Cloudflare": "turn off Email Address Obfuscation, minification and Snippets for the feeds.",
        },
    ),
    Rule.SELF_LINK: Advice(
        "The feed names another URL as its own", "Set site.base_url to the public URL with https, build and deploy."
    ),
    Rule.CACHING: Advice(
        "Caches may keep the feed for too long",
        "Send Cache-Control: public, max-age=300.",
        {
            "nginx": _PRINTED.format("nginx"),
            "Caddy": _PRINTED.format("caddy"),
            "Cloudflare": "Browser TTL: respect origin; Edge TTL: at most site.ttl, or purge after each deploy.",
            "S3": "set Cache-Control when you upload; without it, CloudFront keeps files for a day.",
        },
    ),
    Rule.VALIDATORS: Advice(
        "The feed has neither ETag nor Last-Modified",
        "Send an ETag, so that a poll of a feed that did not change costs little.",
        {
            "nginx": "'etag on'; take out 'add_header Last-Modified \"\"', and sub_filter and SSI for feeds.",
            "Cloudflare": "it drops strong ETags if it changes a response: turn that off for the feeds.",
            "S3": "it has an ETag: look at the proxy in front.",
        },
    ),
    Rule.NOT_MODIFIED: Advice(
        "A conditional request gets no 304",
        "Answer If-None-Match and If-Modified-Since.",
        {
            "nginx": "'if_modified_since exact' (the default), and the same file on all servers: rsync -t.",
            "Cloudflare": "Respect Strong ETags, or weak ones, so that it does not remove them.",
        },
    ),
    Rule.COMPRESSION: Advice(
        "The feed is not compressed",
        "Compress feeds with gzip: they shrink to a fifth.",
        {
            "nginx": "'gzip_types' names the media types of feeds; " + _PRINTED.format("nginx"),
            "Caddy": "'encode gzip' with a match of the media types; " + _PRINTED.format("caddy"),
            "Cloudflare": "add a Compression Rule: it does not compress all types of feeds by itself.",
            "S3": "turn on 'Compress objects automatically' at CloudFront (from 1,000 bytes).",
        },
    ),
    Rule.SIZE: Advice("The feed is large", "Set a smaller output.limit, output.max_bytes or output.content: excerpt."),
    Rule.HEAD: Advice(
        "HEAD is not answered as GET is",
        "Answer HEAD, with which some readers look for changes.",
        {"nginx": "'limit_except GET' also allows HEAD; look at the application behind."},
    ),
    Rule.PAGE: Advice("A page or list of feeds is not there", "Deploy all of output/, also the pages and *.opml."),
    Rule.DISCOVERY: Advice("A page links a dead feed", "Build and deploy the pages again, or correct the link."),
    Rule.HUB_LINK: Advice(
        "The feed does not name its hub", "Build again: the hub of config.yaml is newer than the feed."
    ),
    Rule.HUB: Advice("The hub does not answer", "Correct hub in config.yaml, or choose another hub."),
    Rule.ROBOTS: Advice(
        "robots.txt forbids the feed",
        "Allow the feeds in robots.txt: some readers and aggregators obey it.",
        {"Cloudflare": "a managed robots.txt comes before your own: turn it off."},
    ),
}


def advice_lines(rule: Rule) -> list[str]:
    """Return what to do about ``rule``: a line for anywhere, and one for each server."""
    advice = ADVICE[rule]
    return [advice.text, *(f"{server}: {text}" for server, text in advice.servers.items())]
