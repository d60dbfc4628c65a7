"""The backend as Django looks it up by name."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, client
from django.db.utils import OperationalError

from aidtracker.local.binaries import postgres_folder
from aidtracker.local.cluster import Cluster
from aidtracker.local.processes import LocalServerError


class DatabaseClient(client.DatabaseClient):
    """Runs psql, which comes with the embedded server."""

    def runshell(self, parameters: Iterable[str]) -> None:
        # The connection is only opened for what it brings about: a running server.
        self.connection.ensure_connection()
        os.environ["PATH"] = f"{postgres_folder()}{os.pathsep}{os.environ['PATH']}"
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects to the cluster that CLUSTER names in DATABASES; DURABLE is no for tests only."""

    client_class = DatabaseClient

    @property
    def cluster(self) -> Cluster:
        return Cluster(
            Path(self.settings_dict["CLUSTER"]), durable=self.settings_dict.get("DURABLE", True)
        )

    def get_connection_params(self) -> dict[str, Any]:
        self.settings_dict["HOST"] = str(self.cluster.socket_folder)
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            self.cluster.ensure()
        except LocalServerError as error:
            raise OperationalError(str(error)) from error
        return super().get_new_connection(conn_params)
