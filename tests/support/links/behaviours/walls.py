"""Logins, consent, payment, countries, and pages that keep programs out."""

from __future__ import annotations

from support.links.behaviours.model import (
    ALIVE,
    ARTICLE,
    TEXT,
    UNCLEAR,
    B,
    all_to,
    always,
    html,
    moved,
    only,
    page,
    to,
)

_BOTS = (
    (
        "Cloudflare",
        403,
        "<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1></script>",
        {"Server": "cloudflare", "CF-Mitigated": "challenge"},
    ),
    (
        "Cloudflare, long ago",
        503,
        "<title>Just a moment...</title><form id=challenge-form action=/cdn-cgi/l/chk_jschl></form>",
        {"Server": "cloudflare"},
    ),
    (
        "Cloudflare, blocked",
        403,
        "<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1>",
        {"Server": "cloudflare"},
    ),
    (
        "Akamai",
        403,
        "<title>Access Denied</title><h1>Access Denied</h1>You don't have permission to access",
        {"Server": "AkamaiGHost"},
    ),
    (
        "Imperva",
        200,
        '<html><head><META NAME="robots" CONTENT="noindex,nofollow"></head><body><iframe src="/_Incapsula_Resource?CWUDNSAI=1"></iframe></body></html>',
        {},
    ),
    (
        "DataDome",
        403,
        "<title>example.test</title><script>var dd={'rt':'c'}</script><script src=https://ct.captcha-delivery.com/c.js></script>",
        {"X-DataDome": "protected"},
    ),
    ("PerimeterX", 403, "<title>Access to this page has been denied</title><div id=px-captcha></div>", {}),
    (
        "AWS WAF",
        202,
        "<title></title><script src=https://token.awswaf.com/challenge.js></script>",
        {"x-amzn-waf-action": "challenge"},
    ),
    (
        "AWS WAF with a captcha",
        405,
        "<title>Human Verification</title><script src=https://captcha.awswaf.com/captcha.js></script>",
        {"x-amzn-waf-action": "captcha"},
    ),
    ("Anubis", 200, "<title>Making sure you&#39;re not a bot!</title><script id=anubis_challenge></script>", {}),
    (
        "Sucuri",
        200,
        "<title>You are being redirected...</title><noscript>Javascript is required.</noscript><script>var s={},u,c;location.reload();</script>",
        {"X-Sucuri-ID": "1"},
    ),
    (
        "DDoS-Guard",
        403,
        "<title>DDoS-Guard</title><script src=/.well-known/ddos-guard/js-challenge/index.js></script>",
        {"Server": "ddos-guard"},
    ),
    ("Vercel", 429, "<title>Vercel Security Checkpoint</title>", {"x-vercel-mitigated": "challenge"}),
    (
        "a captcha with 200",
        200,
        "<title>Are you a robot?</title><h1>Are you a robot?</h1><div class=g-recaptcha></div>",
        {},
    ),
    (
        "a wish for cookies",
        200,
        "<title>Please enable cookies</title><h1>Please enable JS and disable any ad blocker</h1>",
        {},
    ),
    (
        "Akamai with 200",
        200,
        "<title>Access Denied</title><h1>Access Denied</h1>Reference #18.1",
        {"Server": "AkamaiGHost"},
    ),
)
_LOGINS = (
    "/login",
    "/login?next=/a",
    "/users/sign_in",
    "/account/logon.aspx",
    "/wp-login.php?redirect_to=x",
    "/anmelden",
    "/connexion",
    "/signin?returnUrl=x",
    "/auth/realms/x",
    "/sso/start",
    "/accounts/login/",
    "/oauth2/authorize?x=1",
    "/iniciar-sesion",
    "/register?from=x",
    "/subscribe?return=x",
    "/abo/angebot",
    "/paywall",
)
_CONSENTS = (
    "/consent",
    "/privacy-wall",
    "/cookie-wall?url=x",
    "/gdpr",
    "/datenschutz/zustimmung",
    "/agegate?x=1",
    "/age-verification",
    "/eu-privacy",
    "/consent.html",
)

BEHAVIOURS = (
    *(
        B("keeps programs out", UNCLEAR, always(html(body, status, **headers)), variant=who)
        for who, status, body, headers in _BOTS
    ),
    *(
        B(
            "keeps programs out, two links",
            UNCLEAR,
            always(html(body, status, **headers)),
            ("/a/b", "/c/d"),
            variant=who,
        )
        for who, status, body, headers in _BOTS
        if status == 200
    ),
    *(
        B(
            "redirects every URL to a login, or to an offer",
            UNCLEAR,
            all_to(path, target=html(page("Welcome", "<form><input name=user></form>"))),
            variant=path,
        )
        for path in _LOGINS
    ),
    *(
        B(
            "redirects the page alone to a login",
            UNCLEAR,
            moved(path, 302, target=html(page("Welcome", "<form></form>"))),
            variant=path,
        )
        for path in _LOGINS[:4]
    ),
    *(
        B(
            "redirects every URL to a question for consent or age",
            UNCLEAR,
            all_to(path, target=html(page("Before you continue"))),
            variant=path,
        )
        for path in _CONSENTS
    ),
    B(
        "redirects every URL to consent.…",
        UNCLEAR,
        lambda exchange: (
            html(page("Consent"))
            if exchange.seen.host.startswith("consent.")
            else to("http://consent.HOST/collectConsent?sessionId=1", 302)
        ),
    ),
    B(
        "redirects every URL to a login at login.…",
        UNCLEAR,
        lambda exchange: (
            html(page("Sign in")) if exchange.seen.host.startswith("login.") else to("http://login.HOST/?back=1", 302)
        ),
    ),
    B("redirects every URL to its home page of a country", UNCLEAR, all_to("/us/")),
    B(
        "redirects every URL to the same page of a country",
        ALIVE,
        lambda exchange: ARTICLE if exchange.seen.path.startswith("/us/") else to(f"/us{exchange.seen.path}", 302),
    ),
    B(
        "redirects every URL to the same page of a language, by Accept-Language",
        ALIVE,
        lambda exchange: (
            ARTICLE
            if exchange.seen.path.startswith("/en/")
            else to(f"/en{exchange.seen.path}" if "accept-language" in exchange.seen.headers else "/", 302)
        ),
    ),
    B(
        "shows a part of the article, and wants money for the rest",
        ALIVE,
        only(html(page("Some story", "<p>It was a dark night …<h2>Subscribe to read on</h2>"))),
    ),
    B(
        "shows the article below a question for consent",
        ALIVE,
        only(html(page("Some story", "<div class=cookie-banner><h2>We value your privacy</h2></div>" + TEXT))),
    ),
    B("answers 451 for this country", UNCLEAR, always(html(page("Unavailable for legal reasons"), 451))),
    B(
        "answers 200 with “not available in your country”, to every URL",
        UNCLEAR,
        always(html(page("Not available", "<p>This site is not available in your country."))),
    ),
    B("shows a login at every URL", UNCLEAR, always(html(page("Log in", "<form><input type=password></form>")))),
)
