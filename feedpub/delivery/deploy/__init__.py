"""The deploy: the changed files of output/ to an object store, an SFTP server or a folder.

The stores are those of fsspec and its implementations, which the extras ``s3``, ``gcs``, ``azure``
and ``sftp`` install. The command is :mod:`feedpub.cli.deploy`.
"""

from feedpub.delivery.deploy.report import DeployReport
from feedpub.delivery.deploy.run import MAX_DELETES, DeployOptions, check_target, deploy

__all__ = ["MAX_DELETES", "DeployOptions", "DeployReport", "check_target", "deploy"]
