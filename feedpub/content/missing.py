"""The problems of fields that have no value, with the way to give them one."""

from __future__ import annotations

from feedpub.content.fields import FieldReader
from feedpub.content.read_settings import ReadSettings
from feedpub.core.errors import quoted
from feedpub.core.field_keys import FIELDS, look_alike


def report_missing(reader: FieldReader, settings: ReadSettings, field: str, hint: str) -> None:
    """Report that no key of ``field`` has a value."""
    message = f"missing; {hint}"
    other = look_alike(field, [key for key in reader.fields if key not in settings.fields[field]])
    if other is not None:
        message += f"; if it is {quoted(other)}, set content.fields: {{{field}: [{other}]}}, or content.generator"
    reader.missing(site_key(reader, settings, field), message)


def site_key(reader: FieldReader, settings: ReadSettings, field: str) -> str:
    """Return the key of ``field`` that the site uses: an empty one, or the first of its own."""
    keys = settings.fields[field]
    # A generator has keys of its own before those of the contract, which its users know best.
    own = (key for key in keys if (key in FIELDS[field]) is (settings.rules is not None))
    return next((key for key in keys if key in reader.fields), None) or next(own, keys[0])
