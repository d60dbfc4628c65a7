"""Who may do what where, as a value that every question and verb can ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TokenScope, User

if TYPE_CHECKING:
    from regions.models import Destination


class Role(models.TextChoices):
    """What a person does in the places granted."""

    ANALYST = "analyst", _("analyst: reads shipments and totals")
    COORDINATOR = "coordinator", _("coordinator: dispatches, records and imports")
    VERIFIER = "verifier", _("verifier: verifies what others recorded")
    ADMIN = "admin", _("admin: keeps people and reference data in order")
    AUDITOR = "auditor", _("auditor: reads everything")


# The path of a grant that holds everywhere: every region's path begins with it.
EVERYWHERE = "/"
NEEDS_SCOPE = {
    Role.COORDINATOR: {TokenScope.RECORD, TokenScope.MANAGE},
    Role.VERIFIER: {TokenScope.RECORD, TokenScope.MANAGE},
    Role.ADMIN: {TokenScope.MANAGE},
}


@dataclass(frozen=True)
class Rights:
    """What one person may do now: the region paths in which each role holds.

    A token's scope cuts what may be done, never what may be seen.
    """

    paths: dict[str, tuple[str, ...]]
    scope: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether the person holds any role at all."""
        return bool(self.paths)

    @property
    def reads_everywhere(self) -> bool:
        return EVERYWHERE in self.reading_paths

    @property
    def sees_part(self) -> bool:
        """Whether there may be more than this person is shown: figures then say so."""
        return not self.reads_everywhere

    @property
    def reading_paths(self) -> tuple[str, ...]:
        """The region paths whose shipments may be seen; every role reads where it holds."""
        paths = {path for held in self.paths.values() for path in held}
        return (EVERYWHERE,) if EVERYWHERE in paths else tuple(sorted(paths))

    def holds(self, role: Role) -> bool:
        """This will say whether the role holds anywhere, the token's scope considered."""
        return bool(self.paths.get(role)) and self.scope_allows(role)

    def holds_in(self, role: Role, path: str) -> bool:
        """This will say whether the role holds in the region with this path."""
        return self.scope_allows(role) and any(
            path.startswith(held) for held in self.paths.get(role, ())
        )

    @property
    def manages(self) -> bool:
        """Whether the person keeps people and reference records, which belong to no region.

        An admin of one region only would otherwise grant the others to anybody, himself included.
        """
        return self.holds_in(Role.ADMIN, EVERYWHERE)

    @property
    def keeps(self) -> bool:
        """Whether the person may keep things here: any role, but no token that only reads."""
        return self.is_known and self.scope != TokenScope.READ

    def sees_exactly(self, destination: "Destination") -> bool:
        """This will say whether the coordinates of a destination may be shown."""
        return destination.publish_exact or any(
            destination.region.path.startswith(held) for held in self.reading_paths
        )

    def scope_allows(self, role: Role) -> bool:
        return self.scope is None or self.scope in NEEDS_SCOPE.get(role, {self.scope})


def rights_of(user: User | AnonymousUser) -> Rights:
    """This will read a person's rights from the database.

    They are kept on the user object, which lives for one request or one task: a grant taken
    back is gone on the next one.
    """
    if not isinstance(user, User) or not user.is_active:
        return Rights({})
    held: Rights | None = getattr(user, "_rights", None)
    grants = apps.get_model("regions", "Grant")._default_manager
    if held is None or held.scope != user.token_scope:
        held = Rights(paths_by_role(grants.live().held_by(user)), user.token_scope)
        user._rights = held  # type: ignore[attr-defined]
    return held


def keep_rights(user: User, grants: Iterable[tuple[str, str | None]]) -> None:
    """This will keep rights that were read together with the person, for ``rights_of``."""
    user._rights = Rights(paths_by_role(grants), user.token_scope)  # type: ignore[attr-defined]


def put_rights_aside(user: User | AnonymousUser) -> None:
    """This will let a person read as everybody may, until the request or task ends.

    Rights only shrink by it: what is left is what a reader without a role sees.
    """
    if isinstance(user, User):
        keep_rights(user, ())


def reader_within(paths: Iterable[str]) -> User:
    """This will make a reader who sees what lies below these region paths, and nothing else.

    Nobody signs in as that reader: a figure is computed anew with the rights it was made from.
    """
    reader = User()
    keep_rights(reader, [(Role.ANALYST, path) for path in paths])
    return reader


def paths_by_role(grants: Iterable[tuple[str, str | None]]) -> dict[str, tuple[str, ...]]:
    paths: dict[str, tuple[str, ...]] = {}
    for role, path in grants:
        paths[role] = (*paths.get(role, ()), path or EVERYWHERE)
    return paths


class AdminPermissions(BaseBackend):
    """What the admin pages ask of a person, answered by grants: a grant taken back ends it.

    An authentication backend named in the settings. Nobody is permitted to delete.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        label, _dot, codename = perm.partition(".")
        verb = codename.partition("_")[0]
        return self.has_module_perms(user_obj, label) and verb in ("view", "add", "change")

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        kept_here = app_label in ("accounts", "regions", "shipments")
        return kept_here and rights_of(user_obj).manages
