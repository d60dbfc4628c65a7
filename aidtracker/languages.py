"""Changing the language of the pages, also in the middle of a form."""

from django.http import HttpRequest, HttpResponseBase
from django.views.i18n import set_language

from shipments.forms.fields import REDRAW


def change_language(request: HttpRequest) -> HttpResponseBase:
    """This will keep the chosen language and lead back to the page.

    A form that was being filled in is carried along: its page draws it again and saves nothing.
    """
    response = set_language(request)
    if response.status_code == 302 and REDRAW in request.POST:
        # Unlike 302 this keeps the method, and with it all that was typed.
        response.status_code = 307
    return response
