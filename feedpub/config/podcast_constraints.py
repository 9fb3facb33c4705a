"""The constraints on the keys of feeds that profiles need: the categories and URLs of podcasts."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from feedpub.config.check_constraints import AddProblem
from feedpub.core.errors import quoted

# https://podcasters.apple.com/support/1691-apple-podcasts-categories
_CATEGORIES = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga",
        "Automotive",
        "Aviation",
        "Crafts",
        "Games",
        "Hobbies",
        "Home & Garden",
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News",
        "Daily News",
        "Entertainment News",
        "News Commentary",
        "Politics",
        "Sports News",
        "Tech News",
    ),
    "Religion & Spirituality": ("Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality"),
    "Science": (
        "Astronomy",
        "Chemistry",
        "Earth Sciences",
        "Life Sciences",
        "Mathematics",
        "Natural Sciences",
        "Nature",
        "Physics",
        "Social Sciences",
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        "Baseball",
        "Basketball",
        "Cricket",
        "Fantasy Sports",
        "Football",
        "Golf",
        "Hockey",
        "Rugby",
        "Running",
        "Soccer",
        "Swimming",
        "Tennis",
        "Volleyball",
        "Wilderness",
        "Wrestling",
    ),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
    "Technology": (),
    "True Crime": (),
}
_BETWEEN = " > "
_NAMES = {
    name.casefold(): name
    for category, inner in _CATEGORIES.items()
    for name in (category, *(f"{category}{_BETWEEN}{subcategory}" for subcategory in inner))
}


def check_podcast(
    key: str, podcast: dict[str, Any], add_problem: AddProblem, url_of: Callable[[str, str], str | None]
) -> None:
    """Check the mapping ``podcast`` at ``key``.

    Replace its categories by their names in Apple's spelling, and its URLs by what ``url_of``
    makes of them: a function of the dotted key and the text.
    """
    written = podcast.get("category")
    texts = [written] if isinstance(written, str) else written or []
    keys = [f"{key}.category"] if isinstance(written, str) else [f"{key}.category[{n}]" for n in range(len(texts))]
    podcast["category"] = [_category(name, text, add_problem) for name, text in zip(keys, texts, strict=True)]
    for name in ("image", "new_feed_url"):
        if podcast.get(name):
            podcast[name] = url_of(f"{key}.{name}", podcast[name])
    if podcast.get("funding"):
        podcast["funding"]["url"] = url_of(f"{key}.funding.url", podcast["funding"]["url"])


def _category(key: str, text: str, add_problem: AddProblem) -> str:
    """Return the category in Apple's spelling."""
    written = _BETWEEN.join(part.strip() for part in text.split(">"))
    name = _NAMES.get(written.casefold())
    if name is None:
        name = written
        # Of a subcategory alone, the whole name is near.
        near = [known for known in _NAMES.values() if known.casefold().endswith(_BETWEEN + written.casefold())]
        near = near or difflib.get_close_matches(written, _NAMES.values(), 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else f"Apple has {', '.join(_CATEGORIES)}"
        add_problem(key, f"{quoted(text)} is not a category of Apple Podcasts; {hint}")
    return name
