"""Configurations of web servers that serve ``output/``, one template for each server.

:mod:`~feedpub.delivery.hosting.site_target` has the values, and
:mod:`~feedpub.delivery.hosting.servers` the registry. Nothing here writes a file or validates the
text; the server's own check does that (``nginx -t``).
"""
