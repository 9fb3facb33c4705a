"""The configuration of web servers that serve ``output/`` as it is meant to be: config → text, a template each server.

:mod:`~feedpub.delivery.hosting.site_target` has the values, :mod:`~feedpub.delivery.hosting.servers` the registry. Nothing is written or
asked: whether a server takes the text is for the server to say (``nginx -t``).
"""
