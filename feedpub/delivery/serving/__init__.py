"""``output/`` over HTTP, for ``feedpub serve`` (extra ``serve``).

Static files and no more: nothing is rendered here but the line that makes a page reload itself, and nothing is written.
"""
