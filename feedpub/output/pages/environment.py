"""Jinja2 (https://jinja.palletsprojects.com/), set up so that the same values give the same bytes, that nothing is
written unescaped by accident, and that whatever goes wrong names the template and its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

import jinja2

from feedpub.output.pages.template_files import OWN_PREFIX, TemplateError, TemplateFiles


class PageEnvironment:
    """The templates of ``sources``, with ``values`` that every one of them sees."""

    def __init__(self, sources: TemplateFiles, values: dict[str, Any]) -> None:
        self._sources = sources
        self._environment = jinja2.Environment(
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            loader=jinja2.FunctionLoader(self._load),
        )
        # What would give other bytes each time.
        del self._environment.filters["random"]
        del self._environment.globals["lipsum"]
        self._environment.globals.update(values)
        self._templates: dict[str, jinja2.Template] = {}

    def render(self, name: str, **values: Any) -> bytes:
        """The template ``name`` in UTF-8. Raises :class:`TemplateError`."""
        try:
            template = self._templates.get(name)
            if template is None:
                template = self._templates[name] = self._environment.get_template(name)
            return template.render(values).encode()
        except TemplateError:
            raise
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(error.filename or name, error.lineno, error.message or "is no template") from None
        except Exception as error:  # noqa: BLE001 - a template may do anything
            path, line = self._place(error.__traceback__) or (self._path(name), 1)
            raise TemplateError(path, line, _message(error)) from None

    def check(self, names: Iterable[str]) -> None:
        """Compile the templates ``names``. Raises :class:`TemplateError` for what is no template."""
        for name in names:
            try:
                self._environment.get_template(name)
            except jinja2.TemplateSyntaxError as error:
                raise TemplateError(error.filename or name, error.lineno, error.message or "is no template") from None

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        try:
            text, path = self._sources.text(name)
        except KeyError:
            return None
        return text, path, lambda: True

    def _path(self, name: str) -> str:
        try:
            return self._sources.text(name)[1]
        except (KeyError, TemplateError):
            return OWN_PREFIX + name

    def _place(self, traceback: TracebackType | None) -> tuple[str, int] | None:
        """The innermost line of a template in ``traceback``, where Jinja2 has put the templates' own lines."""
        place = None
        while traceback is not None:
            frame = traceback.tb_frame
            if "__jinja_exception__" in frame.f_globals:
                place = (frame.f_code.co_filename, traceback.tb_lineno)
            traceback = traceback.tb_next
        return place


def _message(error: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(error, RecursionError):
        return "includes, extends or calls itself without end"
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template '{error.name}'"
    text = " ".join(str(error).split())
    return text if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {text}".rstrip(": ")
