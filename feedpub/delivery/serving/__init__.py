"""The HTTP server of ``output/`` for ``feedpub serve`` (extra ``serve``).

It serves static files only. It writes nothing, and renders nothing but the line that makes a page
reload itself.
"""
