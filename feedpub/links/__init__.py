"""The link check: extraction, fetching, judgement and reports of the links of articles.

:mod:`~feedpub.links.model` defines the terms. These modules are pure:
:mod:`~feedpub.links.find.article_links`, :mod:`~feedpub.links.judge.amp`,
:mod:`~feedpub.links.net.addresses`, :mod:`~feedpub.links.settings` and
:mod:`~feedpub.links.judge.verdicts`. :mod:`~feedpub.links.site_check` is the check as one function.
In it, :mod:`~feedpub.links.find.site_links` reads the links of a site, and
:mod:`~feedpub.links.check` checks them.

:mod:`~feedpub.links.schedule.scheduler` decides when each URL is fetched (with ``host``, ``queue``,
``politeness`` and ``online``, which are all pure). :mod:`~feedpub.links.run.engine` runs that
schedule (with ``threads``), and :mod:`~feedpub.links.run.from_config` makes the engine from the
configuration. :mod:`~feedpub.links.fetch.fetcher` fetches one URL (with ``redirects``, ``robots``
and ``cookies``). Only :mod:`feedpub.links.net` opens sockets.

:mod:`~feedpub.links.remember.store` keeps links.db (with ``database`` and ``answers``). Builds read
it through :mod:`~feedpub.links.remember.for_builds` (with ``broken``). :mod:`~feedpub.links.report`
renders the reports. :mod:`~feedpub.links.fix.redirects` updates URLs of sources that moved (with
``front_matter``). :mod:`~feedpub.links.redact` keeps secrets out of everything that is shown or
stored.
"""
