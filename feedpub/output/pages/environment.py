"""The Jinja2 environment of the pages (https://jinja.palletsprojects.com/).

The same values always give the same bytes. Values are escaped unless they are marked as HTML. An
error names the template and the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

import jinja2
from jinja2.bccache import Bucket

from feedpub.output.pages.template_files import PACKAGE_PREFIX, TemplateError, TemplateFiles

_INVALID = "is not a valid template"


class _CompiledTemplates(jinja2.BytecodeCache):
    """The compiled templates of this process: a later build compiles only those that changed."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill ``bucket``, unless its template is new or was changed."""
        if code := self._codes.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code in ``bucket``."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _CompiledTemplates()


class PageEnvironment:
    """The renderer of the templates in ``files``; every template can use ``values``."""

    def __init__(self, files: TemplateFiles, values: dict[str, Any]) -> None:
        self._files = files
        self._environment = jinja2.Environment(
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            loader=jinja2.FunctionLoader(self._load),
            bytecode_cache=_COMPILED,
        )
        # These give different bytes at each call.
        del self._environment.filters["random"]
        del self._environment.globals["lipsum"]
        self._environment.globals.update(values)
        self._templates: dict[str, jinja2.Template] = {}

    def render(self, name: str, **values: Any) -> bytes:
        """Render the template ``name`` to UTF-8. Raise :class:`TemplateError` if it fails."""
        try:
            template = self._templates.get(name)
            if template is None:
                template = self._templates[name] = self._environment.get_template(name)
            return template.render(values).encode()
        except TemplateError:
            raise
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(error.filename or name, error.lineno, error.message or _INVALID) from None
        except Exception as error:  # noqa: BLE001 - a template may raise anything
            path, line = self._location(error.__traceback__) or (self._path(name), 1)
            raise TemplateError(path, line, _message(error)) from None

    def check(self, names: Iterable[str]) -> None:
        """Compile the templates ``names``. Raise :class:`TemplateError` if one is not valid."""
        for name in names:
            try:
                self._environment.get_template(name)
            except jinja2.TemplateSyntaxError as error:
                raise TemplateError(error.filename or name, error.lineno, error.message or _INVALID) from None

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        try:
            text, path = self._files.text(name)
        except KeyError:
            return None
        return text, path, lambda: True

    def _path(self, name: str) -> str:
        try:
            return self._files.text(name)[1]
        except (KeyError, TemplateError):
            return PACKAGE_PREFIX + name

    def _location(self, traceback: TracebackType | None) -> tuple[str, int] | None:
        """Return the path and the line of the innermost template in ``traceback``, if there is one.

        Jinja2 writes the lines of templates into the traceback.
        """
        location = None
        while traceback is not None:
            frame = traceback.tb_frame
            if "__jinja_exception__" in frame.f_globals:
                location = (frame.f_code.co_filename, traceback.tb_lineno)
            traceback = traceback.tb_next
        return location


def _message(error: Exception) -> str:
    """Return the message of ``error`` in one line."""
    if isinstance(error, RecursionError):
        return "includes, extends or calls itself without end"
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template '{error.name}'"
    text = " ".join(str(error).split())
    return text if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {text}".rstrip(": ")
