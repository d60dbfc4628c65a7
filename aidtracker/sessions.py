"""The session of a browser, found by a statement that is planned once for a connection."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from text.statements import run

BY_KEY = (
    "SELECT session_key, session_data, expire_date FROM django_session"
    " WHERE session_key = %s AND expire_date > %s"
)


class SessionStore(DatabaseSessionStore):
    """Django's own, whose look-up costs more to write and to plan than to run."""

    def _get_session_from_db(self) -> Any:
        rows = run(BY_KEY, [self.session_key, timezone.now()])
        for key, data, until in rows:
            return self.model(session_key=key, session_data=data, expire_date=until)
        self._session_key = None
        return None
