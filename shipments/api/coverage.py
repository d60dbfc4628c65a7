"""Needs beside what was received."""

from django.utils.translation import gettext_lazy as _

from regions.api.lists import ListView
from shipments.exports import LISTINGS


class CoverageOfNeeds(ListView):
    listing = LISTINGS["coverage"]
    instead = _("Coverage is computed: add needs with POST /api/v1/needs.")
