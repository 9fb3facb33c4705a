"""The settings of the site."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "plugins"))

AUTHOR = "Mia Rud"
SITENAME = "Bread Book"
SITEURL = "https://bread.example.org/sub"
PATH = "content"
TIMEZONE = "Europe/Oslo"
DEFAULT_LANG = "en"
DEFAULT_CATEGORY = "baking"
ARTICLE_URL = "{date:%Y}/{slug}/"
ARTICLE_SAVE_AS = "{date:%Y}/{slug}/index.html"
STATIC_PATHS = ["images"]
PLUGINS = ["shown"]
WITH_FUTURE_DATES = False
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.codehilite": {"css_class": "highlight"},
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
        "markdown.extensions.toc": {},
        "markdown.extensions.admonition": {},
    },
    "output_format": "html5",
}
