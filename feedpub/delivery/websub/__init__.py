"""The publisher's part of WebSub: notifying a hub of the feeds that changed.

https://www.w3.org/TR/websub/ . The hub then fetches each feed and passes it on to its subscribers.
The feeds name their hub in :mod:`feedpub.output.formats`; a web server names it in the headers that
:mod:`feedpub.delivery.hosting` prints. Subscriptions are the hub's business.
"""

from feedpub.delivery.websub.pinging import PingReport, hub_of, ping

__all__ = ["PingReport", "hub_of", "ping"]
