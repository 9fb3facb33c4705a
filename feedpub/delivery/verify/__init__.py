"""The verification that the public feeds are those of ``output/``, and that readers get them.

:mod:`feedpub.delivery.verify.verification` sends the requests, through the client of the link
check. The modules ``feed_findings``, ``sample_findings`` and ``site_findings`` judge the responses,
and are pure; :mod:`feedpub.delivery.verify.advice` says what to do, and
:mod:`feedpub.delivery.verify.report` writes the reports.
"""

from feedpub.delivery.verify.model import VerifyReport
from feedpub.delivery.verify.verification import VerifyOptions, verify

__all__ = ["VerifyOptions", "VerifyReport", "verify"]
