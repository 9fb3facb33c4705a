"""WebSub's publisher: tell a hub which feeds changed, so that it fetches them and passes them on to who subscribed.

https://www.w3.org/TR/websub/ . The feeds name their hub in :mod:`feedpub.output.formats`, a web server does in the headers
that :mod:`feedpub.delivery.hosting` prints. Subscriptions are the hub's business.
"""

from feedpub.delivery.websub.pinging import PingReport, hub_of, ping

__all__ = ["PingReport", "hub_of", "ping"]
