"""Ledger lines: what every figure is made of."""

from django.utils.translation import gettext_lazy as _

from regions.api.lists import ListView
from shipments.exports import LISTINGS


class Lines(ListView):
    listing = LISTINGS["lines"]
    instead = _("Ledger lines come with their event: POST /api/v1/deliveries.")
