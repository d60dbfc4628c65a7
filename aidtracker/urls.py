"""Every address of the program."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from aidtracker import health
from aidtracker.languages import change_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", change_language, name="set_language"),
    path("api/", include("aidtracker.api.urls")),
    path("api", RedirectView.as_view(url="/api/")),
    path("", include("shipments.urls")),
]

# What no view answered: pages for people, problems for programs.
handler400 = "aidtracker.api.problems.bad_request"
handler403 = "aidtracker.api.problems.permission_denied"
handler404 = "aidtracker.api.problems.page_not_found"
handler500 = "aidtracker.api.problems.server_error"
