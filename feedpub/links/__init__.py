"""Whether every source and AMP link still resolves: extract → fetch → judge → report.

:mod:`~feedpub.links.model` has the words. Pure: :mod:`~feedpub.links.find.article_links`, :mod:`~feedpub.links.judge.amp`,
:mod:`~feedpub.links.net.addresses`, :mod:`~feedpub.links.settings` and :mod:`~feedpub.links.judge.verdicts`.
:mod:`~feedpub.links.find.site_links` has the links of a site, and :mod:`~feedpub.links.check` is one check of them.

What is fetched when is decided in :mod:`~feedpub.links.schedule.scheduler` (with ``hosts``, ``turns``, ``politeness`` and
``network``, all pure), and done by :mod:`~feedpub.links.run.engine` (``crew``: its threads), which
:mod:`~feedpub.links.run.from_config` makes from the configuration. One link is :mod:`~feedpub.links.fetch.fetcher`'s (``walk``,
``routes``, ``resolver``, ``robots``, ``cookies``, ``answers``, ``failures``); :mod:`~feedpub.links.net.session`
(``connections``, ``deadline``, ``descriptors``) alone opens sockets.

:mod:`~feedpub.links.remember.store` (``database``, ``remembered``) keeps links.db, which builds read by way of
:mod:`~feedpub.links.remember.for_builds` (``omitted``). :mod:`~feedpub.links.report` tell, and :mod:`~feedpub.links.fix.redirects`
(``rewriting``) mends sources that moved. ``masking`` keeps secrets out of what is shown.
"""
