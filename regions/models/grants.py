"""Who may do what where."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models.places import Region
from regions.querysets import GrantQuerySet
from regions.rights import Role


class Grant(models.Model):
    """A role that a person holds in a region and everything below it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text=_("The role holds in this region and below; empty means everywhere."),
    )
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty means until it is taken back.")
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["user", "role"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="grant_role_is_known"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                name="grant_once",
                nulls_distinct=False,
                violation_error_message=_("This person holds this role there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} ({self.region or '*'})"
