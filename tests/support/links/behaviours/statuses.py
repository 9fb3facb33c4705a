"""Statuses, and what comes with them."""

from __future__ import annotations

from support.links.behaviours.model import (
    ALIVE,
    ARTICLE,
    DEAD,
    HOME,
    LINK,
    MISSING,
    UNCLEAR,
    B,
    always,
    at,
    html,
    only,
    page,
    to,
)

STORY = str(ARTICLE.body)
ERROR = page("Error", "<p>Something went wrong.")
_BLOCKED = (401, 402, 403, 406, 407, 418, 451, 999)
_LATER = (408, 425, 500, 501, 502, 503, 504, 505, 507, 508, 509, 511, 520, 521, 522, 523, 524, 525, 526, 530, 598)
_WRONG = (400, 405, 409, 411, 412, 414, 415, 421, 422, 423, 424, 426, 428, 431, 444, 494, 499)

BEHAVIOURS = (
    *(
        B("answers with the page, and another status of success", ALIVE, only(html(STORY, status)), variant=str(status))
        for status in (200, 201, 202, 203, 206, 226)
    ),
    B(
        "answers 200 with the page, and redirects all else to its home page",
        ALIVE,
        at({LINK: ARTICLE, "/": HOME}, to("/")),
    ),
    B(
        "answers 200 with the page, and “not found” with 200 for all else",
        ALIVE,
        at({LINK: ARTICLE}, html(str(MISSING.body))),
    ),
    B("answers 204", UNCLEAR, only(html("", 204))),
    B("answers 300 with the page", ALIVE, only(html(STORY, 300))),
    B("answers 300 with a choice, and 404 for all else", UNCLEAR, only(html(page("Choose", "<a href=/a>a</a>"), 300))),
    B("answers 304 to a request without a condition", UNCLEAR, only(html("", 304))),
    *(
        B("answers 404", DEAD, always(html(body, 404)), variant=what)
        for what, body in (
            ("a page", str(MISSING.body)),
            ("nothing", ""),
            ("its home page", str(HOME.body)),
            ("JSON", '{"error":"not found"}'),
        )
    ),
    B("answers 404 for one page alone", DEAD, at({LINK: MISSING}, HOME)),
    B("answers 410 with a page", DEAD, only(html(page("Gone"), 410))),
    B("answers 404, and comes with the article", ALIVE, only(html(STORY, 404))),
    B("answers 500, and comes with the article", ALIVE, only(html(STORY, 500))),
    B("answers 404 to its home page, and 200 to the page", ALIVE, at({LINK: ARTICLE})),
    *(
        B(
            "answers with a status that keeps programs, or people, out",
            UNCLEAR,
            always(html(ERROR, status)),
            variant=str(status),
        )
        for status in _BLOCKED
    ),
    *(
        B("answers with a status of a failure that may pass", UNCLEAR, always(html(ERROR, status)), variant=str(status))
        for status in _LATER
    ),
    *(
        B("answers with another status of 4xx", UNCLEAR, always(html(ERROR, status)), variant=str(status))
        for status in _WRONG
    ),
    B("answers 429", UNCLEAR, always(html("", 429))),
    B("answers 429 with Retry-After of a day", UNCLEAR, always(html("", 429, Retry_After="86400"))),
    B("answers 503 with Retry-After of a day", UNCLEAR, always(html("", 503, Retry_After="86400"))),
    B(
        "answers 200 with a notice of maintenance, to every URL",
        UNCLEAR,
        always(html(page("Down for maintenance", "<p>We will be back soon."))),
    ),
    B(
        "answers 200 with “Error establishing a database connection”, to every URL",
        UNCLEAR,
        always(html("<title>Database Error</title><h1>Error establishing a database connection</h1>")),
    ),
    B(
        "redirects every URL to a notice of maintenance",
        UNCLEAR,
        at({"/maintenance.html": html(page("Maintenance"))}, to("/maintenance.html", 302)),
    ),
)
