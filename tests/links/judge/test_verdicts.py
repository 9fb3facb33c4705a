"""The verdict on a link for each kind of answer."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import msgspec
import pytest

from feedpub.config.check_model import Check
from feedpub.links.judge.verdicts import AMP_PREFIX, LinkContext, judge, judge_unfetched
from feedpub.links.model import AmpPage, Answer, Failure, Hop, Judgement, Link, LinkKind, Verdict
from feedpub.links.settings import CheckSettings, SettingsByHost

URL = "https://example.com/a"
SOURCE = "https://example.com/source"
OTHER = "https://example.com/b"
PLAIN = SettingsByHost(Check(), "https://news.example.org/").general

STATUSES: dict[int, Verdict] = {
    **dict.fromkeys(range(100, 200), Verdict.UNREACHABLE),
    **dict.fromkeys(range(200, 300), Verdict.OK),
    **dict.fromkeys(range(300, 400), Verdict.UNREACHABLE),
    **dict.fromkeys((300, 304), Verdict.OK),
    **dict.fromkeys(range(400, 500), Verdict.UNREACHABLE),
    **dict.fromkeys((400, 404, 410, 414, 422), Verdict.BROKEN),
    **dict.fromkeys((401, 402, 403, 405, 406, 407, 418, 421, 426, 428, 430, 431), Verdict.BLOCKED),
    **dict.fromkeys((440, 449, 450, 451, 495, 496, 497), Verdict.BLOCKED),
    **dict.fromkeys((420, 429), Verdict.RATE_LIMITED),
    **dict.fromkeys(range(500, 999), Verdict.UNREACHABLE),
    999: Verdict.BLOCKED,
}

FAILURES = {
    Failure.INVALID_URL: Verdict.INVALID,
    Failure.REFUSED_SCHEME: Verdict.INVALID,
    Failure.REFUSED_ADDRESS: Verdict.INVALID,
    Failure.NO_SUCH_NAME: Verdict.BROKEN,
    Failure.DNS: Verdict.UNREACHABLE,
    Failure.CONNECT: Verdict.UNREACHABLE,
    Failure.TIMEOUT: Verdict.UNREACHABLE,
    Failure.PROTOCOL: Verdict.UNREACHABLE,
    Failure.CERTIFICATE: Verdict.BROKEN,
    Failure.AUTHORITY: Verdict.UNREACHABLE,
    Failure.TLS: Verdict.UNREACHABLE,
    Failure.LOOP: Verdict.BROKEN,
    Failure.ROBOTS: Verdict.EXCLUDED,
    Failure.GIVEN_UP: Verdict.UNREACHABLE,
}


def link(kind: LinkKind = LinkKind.SOURCE, url: str = URL, partner: str | None = None) -> Link:
    return Link(kind, url, "content/a.md", 4, partner)


def settings(**check: Any) -> CheckSettings:
    return SettingsByHost(Check(**check), "https://news.example.org/").general


def verdict(answer: Answer, kind: LinkKind = LinkKind.SOURCE, using: CheckSettings = PLAIN) -> Verdict:
    return judge(answer, link(kind), using).verdict


def moved(*statuses: int, **answer: Any) -> Answer:
    """An answer behind redirects, the last of them to OTHER."""
    hops = [Hop(status, f"https://example.com/{number}") for number, status in enumerate(statuses[:-1])]
    hops.append(Hop(statuses[-1], OTHER))
    return Answer(**{"status": 200, "hops": tuple(hops), "final_url": OTHER, **answer})


# Every status and every failure.


def test_every_status_has_its_verdict_for_every_kind() -> None:
    assert sorted(STATUSES) == list(range(100, 1000))
    for status in range(100, 1000):
        for kind in LinkKind:
            judgement = judge(Answer(status=status, final_url=URL), link(kind), PLAIN)
            assert judgement.verdict is STATUSES[status], status
            assert judgement.final_url is None
            assert str(status) in judgement.message


def test_every_failure_has_its_verdict_whatever_the_status() -> None:
    assert set(FAILURES) == set(Failure)
    for failure, expected in FAILURES.items():
        for status in (None, 200, 301, 404, 503):
            judgement = judge(Answer(failure=failure, status=status), link(), settings(accept=("100-999",)))
            assert judgement.verdict is expected, failure
            assert judgement.message
            assert judge(Answer(failure=failure, message="words"), link(), PLAIN).message == "words"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_nowhere_is_ok_if_it_comes_with_a_page(status: int) -> None:
    assert verdict(Answer(status=status, length=100)) is Verdict.OK
    assert verdict(Answer(status=status, length=0)) is Verdict.UNREACHABLE


def test_no_answer_at_all_is_unreachable() -> None:
    assert judge(Answer(), link(), PLAIN) == Judgement(Verdict.UNREACHABLE, "no answer")


def test_the_links_of_a_host_that_limits_the_rate_are_rate_limited() -> None:
    assert verdict(Answer(failure=Failure.GIVEN_UP, status=429)) is Verdict.RATE_LIMITED
    assert verdict(Answer(failure=Failure.GIVEN_UP, status=503)) is Verdict.UNREACHABLE


def test_a_challenge_says_nothing_about_the_link_whatever_its_status() -> None:
    for status in range(100, 1000):
        for kind in LinkKind:
            answer = Answer(status=status, is_challenge=True, amp=AmpPage(is_amp=False, canonical=None))
            assert verdict(answer, kind) is Verdict.BLOCKED, status


def test_an_accepted_status_counts_as_ok() -> None:
    accepting = settings(accept=("403", "429", "500-599", "999"))
    for status in range(100, 1000):
        is_accepted = status in (403, 429, 999) or 500 <= status <= 599
        expected = Verdict.OK if is_accepted else STATUSES[status]
        assert verdict(Answer(status=status), using=accepting) is expected
        challenge = Answer(status=status, is_challenge=True)
        assert verdict(challenge, using=accepting) is (Verdict.OK if is_accepted else Verdict.BLOCKED)
    assert verdict(moved(301, status=403), using=accepting) is Verdict.REDIRECTED


def test_what_else_there_is_to_know_is_told() -> None:
    answer = Answer(status=404, message="an endless body")
    assert judge(answer, link(), PLAIN).message == "404 Not Found (an endless body)"


# Redirects.


@pytest.mark.parametrize("statuses", [(301,), (308,), (301, 308, 301)])
def test_a_link_is_redirected_where_every_hop_is_for_good(statuses: tuple[int, ...]) -> None:
    assert judge(moved(*statuses), link(), PLAIN) == Judgement(Verdict.REDIRECTED, f"moved for good to {OTHER}", OTHER)


@pytest.mark.parametrize("statuses", [(302,), (303,), (307,), (301, 302), (302, 301), (308, 307, 308), (300,)])
def test_it_is_ok_where_one_is_not(statuses: tuple[int, ...]) -> None:
    assert judge(moved(*statuses), link(), PLAIN) == Judgement(Verdict.OK, f"200 OK, at {OTHER}", OTHER)


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_what_a_redirect_leads_to_is_judged(status: int) -> None:
    judgement = judge(moved(301, status=status), link(), PLAIN)
    assert (judgement.verdict, judgement.final_url) == (STATUSES[status], OTHER)


def test_a_redirect_to_what_is_refused_shows_where_it_leads() -> None:
    hops = (Hop(302, "http://10.0.0.1/"),)
    answer = Answer(
        failure=Failure.REFUSED_ADDRESS, message="10.0.0.1 is private", hops=hops, final_url=URL, status=302
    )
    expected = Judgement(Verdict.INVALID, "10.0.0.1 is private", "http://10.0.0.1/")
    assert judge(answer, link(), PLAIN) == expected


@pytest.mark.parametrize(
    ("url", "final_url", "shown"),
    [
        (f"{URL}#x", OTHER, f"{OTHER}#x"),
        (f"{URL}#x", f"{OTHER}#y", f"{OTHER}#y"),
        (f"{URL}#", OTHER, f"{OTHER}#"),
        (URL, f"{OTHER}#y", f"{OTHER}#y"),
    ],
)
def test_a_redirect_keeps_the_links_fragment(url: str, final_url: str, shown: str) -> None:
    assert judge(moved(301, final_url=final_url), link(url=url), PLAIN).final_url == shown


# AMP.


def amp(answer: Answer, partner: str | None = SOURCE, source: Answer | None = None) -> Judgement:
    return judge(answer, link(LinkKind.AMP, partner=partner), PLAIN, LinkContext(source))


def page(canonical: str | None = SOURCE, *, is_amp: bool = True) -> Answer:
    return Answer(status=200, final_url=URL, amp=AmpPage(is_amp=is_amp, canonical=canonical))


def test_an_amp_page_that_names_its_source_is_ok() -> None:
    assert amp(page()).verdict is Verdict.OK
    assert amp(page(f"{SOURCE}/?utm_source=amp#top".replace("https", "http"))).verdict is Verdict.OK


def test_an_amp_page_may_name_any_url_of_its_source() -> None:
    source = Answer(
        status=200, hops=(Hop(301, "https://example.com/hop"), Hop(302, OTHER)), final_url="https://example.com/final"
    )
    for canonical in (SOURCE, "https://example.com/hop", OTHER, "https://example.com/final/"):
        assert amp(page(canonical), source=source).verdict is Verdict.OK
    assert amp(page("https://example.com/else"), source=source).verdict is Verdict.INVALID
    assert amp(page(OTHER)).verdict is Verdict.INVALID


def test_an_amp_page_that_redirects_is_redirected() -> None:
    found = msgspec.structs.replace(moved(301), amp=AmpPage(is_amp=True, canonical=SOURCE))
    assert amp(found).verdict is Verdict.REDIRECTED


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page(is_amp=False), "not an AMP page"),
        (page(None), "names no canonical page"),
        (page(OTHER), f"names {OTHER} as its canonical page, not {SOURCE}"),
        (page("https://example.com/" + "a" * 5000), "…' as its canonical page"),
        (msgspec.structs.replace(moved(301), amp=AmpPage(is_amp=False, canonical=None)), "not an AMP page"),
        (
            Answer(status=200, amp=AmpPage(is_amp=False, canonical=None, silent_redirect=OTHER)),
            f"does not have the page: it sends readers on to {OTHER}, without",
        ),
    ],
)
def test_an_amp_page_that_is_wrong_is_invalid_and_not_dead(answer: Answer, said: str) -> None:
    judgement = amp(answer)
    assert judgement.verdict is Verdict.INVALID
    assert judgement.message.startswith(AMP_PREFIX)
    assert said in judgement.message
    assert judgement.message.isprintable()
    assert len(judgement.message) < 500


@pytest.mark.parametrize("status", [404, 403, 503, 429])
def test_an_amp_link_that_is_dead_is_dead_and_not_invalid(status: int) -> None:
    judgement = amp(Answer(status=status))
    assert judgement.verdict is STATUSES[status]
    assert not judgement.message.startswith(AMP_PREFIX)


@pytest.mark.parametrize(("target", "where"), [(OTHER, f" on to {OTHER}, "), ("", " on, ")])
def test_the_silent_redirect_of_the_cache_is_found_out(target: str, where: str) -> None:
    answer = Answer(status=200, amp=AmpPage(is_amp=False, canonical=None, silent_redirect=target))
    judgement = judge(answer, link(LinkKind.AMP_CACHE), PLAIN)
    assert judgement.verdict is Verdict.INVALID
    assert judgement.message.startswith(f"{AMP_PREFIX}the AMP Cache does not have the page")
    assert where in judgement.message


def test_the_page_of_the_cache_is_not_judged_as_the_sites() -> None:
    for answer in (page(None), page(OTHER), page(is_amp=False)):
        assert judge(answer, link(LinkKind.AMP_CACHE, partner=SOURCE), PLAIN).verdict is Verdict.OK


def test_a_page_is_judged_as_amp_where_the_link_is_to_amp_alone() -> None:
    answer = Answer(status=200, amp=AmpPage(is_amp=False, canonical=None, silent_redirect=OTHER))
    for kind in set(LinkKind) - {LinkKind.AMP, LinkKind.AMP_CACHE}:
        assert judge(answer, link(kind), PLAIN).verdict is Verdict.OK


def test_an_amp_link_without_a_partner_needs_some_canonical_page() -> None:
    assert amp(page(OTHER), partner=None).verdict is Verdict.OK
    assert amp(page(None), partner=None).verdict is Verdict.INVALID


# Without the network.


def unfetched(one: Link, **check: Any) -> Judgement | None:
    return judge_unfetched(one, settings(**check))


def test_a_link_that_nothing_speaks_against_has_to_be_fetched() -> None:
    assert [unfetched(link(kind)) for kind in LinkKind] == [None] * len(LinkKind)


def test_an_excluded_link_is_excluded_before_it_is_anything_else() -> None:
    found = unfetched(link(url="http://127.0.0.1/"), exclude=("nothing.example", "127.*"))
    assert found == Judgement(Verdict.EXCLUDED, "excluded by '127.*'")


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://0x7f.1:8080/a", "https://[::1]/", "http://2130706433?a"])
def test_an_address_that_is_not_public_is_invalid(url: str) -> None:
    found = unfetched(link(url=url))
    assert found is not None
    assert found.verdict is Verdict.INVALID
    assert "this host" in found.message
    assert unfetched(link(url=url), allow_private=("127.0.0.0/8", "::1")) is None
    assert settings(allow_private=("::1",)).allow_private == (ip_network("::1"),)


def test_a_cache_link_that_is_not_that_of_its_amp_page_is_invalid() -> None:
    right = "https://example-com.cdn.ampproject.org/c/s/example.com/amp"
    assert unfetched(link(LinkKind.AMP_CACHE, right, "https://example.com/amp")) is None
    assert unfetched(link(LinkKind.AMP_CACHE, right)) is None
    assert unfetched(link(LinkKind.AMP, right, "https://example.com/other")) is None
    found = unfetched(link(LinkKind.AMP_CACHE, right.replace("/s/", "/"), "https://example.com/amp"))
    said = f"AMP: is not the AMP Cache URL of https://example.com/amp; that is {right}"
    assert found == Judgement(Verdict.INVALID, said)


# What to do.
