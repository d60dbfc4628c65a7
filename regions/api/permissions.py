"""Who may write at all; where exactly is for the verbs to say."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from regions.rights import Role, rights_of

READING = ("GET", "HEAD", "OPTIONS")


class Writes(BasePermission):
    """Everybody may read what is published; writing needs a role."""

    role: Role

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        return request.method in READING or rights_of(request.user).holds(self.role)


class MayRecord(Writes):
    """Coordinators record, with a token of scope record or manage."""

    role = Role.COORDINATOR
    message = _("Only coordinators record here, with a token of the scope record or manage.")


class MayManage(BasePermission):
    """Admins of everywhere keep reference records, with a token of scope manage."""

    message = _("Only admins change reference records, with a token of the scope manage.")

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        return request.method in READING or rights_of(request.user).manages


class MayKeep(BasePermission):
    """Whoever holds a role keeps and publishes, with a token that does more than read."""

    message = _("Only people with a role keep things, with a token of the scope record or manage.")

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        return request.method in READING or rights_of(request.user).keeps
