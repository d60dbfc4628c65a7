"""Who: people who sign in, and the tokens their programs use."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.querysets import ApiTokenQuerySet


class User(AbstractUser):
    """A person who signs in to the tracker."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(
        _("name"), max_length=150, blank=True, help_text=_("How colleagues know this person.")
    )
    language = models.CharField(
        _("language"), max_length=5, default="en", help_text=_("Language of the screens.")
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        help_text=_("Time zone of the times shown, for example Asia/Yerevan."),
    )

    # Set by the API's authentication for one request: what its token may do at most.
    token_scope: str | None = None

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")  # type: ignore[assignment]
        verbose_name_plural = _("people")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.username


class TokenScope(models.TextChoices):
    """What a token may do at most; its owner's rights cut it further."""

    READ = "read", _("read")
    RECORD = "record", _("read and record")
    MANAGE = "manage", _("read, record and manage reference data")


class ApiToken(models.Model):
    """A key with which a program acts for a person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100, help_text=_("What the token is used for."))
    prefix = models.CharField(
        _("begins with"), max_length=12, help_text=_("The first characters, to recognise it by.")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(
        _("scope"), max_length=6, choices=TokenScope.choices, default=TokenScope.READ
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=TokenScope.values), name="token_scope_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"
