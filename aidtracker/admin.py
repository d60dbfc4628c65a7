"""The admin site: who may enter it, and by which door."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regions.rights import rights_of
from shipments.models import Operation

OURS = {"accounts", "regions", "shipments"}


class AidAdminSite(admin.AdminSite):
    """Stock admin for those who hold the role of an admin, asked anew on every request."""

    site_header = _("Aid tracker: records and people")
    site_title = _("Aid tracker admin")
    index_title = _("Records and people")
    # Every list would be sent with every page otherwise; the index has them once.
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return rights_of(request.user).manages

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """Groups and the counts of log-in attempts stay out: rights are grants, in one place."""
        given = model_or_iterable
        models: list[Any] = [given] if isinstance(given, type) else list(given)
        ours = [model for model in models if model._meta.app_label in OURS]
        super().register(ours, *args, **options)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        guarded = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied(_("These pages are for admins."))
            return guarded(request, *args, **kwargs)

        return update_wrapper(answer, view)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        demo = Operation.objects.filter(illustrative=True).exists()
        return {**super().each_context(request), "demo": demo}

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002
        """There is one page to sign in on, with its own limit on guessing."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
