"""Whether every source and AMP link still resolves: extract → fetch → judge → report.

:mod:`~feedpub.links.model` has the words. Pure: :mod:`~feedpub.links.extract`, :mod:`~feedpub.links.amp`,
:mod:`~feedpub.links.addresses`, :mod:`~feedpub.links.settings` and :mod:`~feedpub.links.verdicts`.
:mod:`~feedpub.links.articles` has the links of a site, and :mod:`~feedpub.links.checking` is one check of them.

What is fetched when is decided in :mod:`~feedpub.links.schedule` (with ``hosts``, ``turns``, ``politeness`` and
``network``, all pure), and done by :mod:`~feedpub.links.engine` (``crew``: its threads), which
:mod:`~feedpub.links.engines` makes from the configuration. One link is :mod:`~feedpub.links.fetch`'s (``walk``,
``routes``, ``resolver``, ``robots``, ``cookies``, ``answers``, ``failures``); :mod:`~feedpub.links.transport`
(``connections``, ``deadline``, ``descriptors``) alone opens sockets.

:mod:`~feedpub.links.store` (``database``, ``remembered``) keeps links.db, which builds read by way of
:mod:`~feedpub.links.learned` (``omitted``). :mod:`~feedpub.links.reports` tell, and :mod:`~feedpub.links.redirects`
(``rewriting``) mends sources that moved. ``masking`` keeps secrets out of what is shown.
"""
