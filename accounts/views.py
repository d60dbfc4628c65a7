"""Signing in and out, and passwords."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User

WRONG = _("User name and password do not go together. Capital and small letters matter.")


class LoginForm(AuthenticationForm):
    """User name and password."""

    # One sentence for every reason, so that nobody learns which names exist.
    error_messages = {"invalid_login": WRONG, "inactive": WRONG}


class Login(views.LoginView):
    """The page on which people sign in."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                form.get_user().language,
                max_age=365 * 24 * 60 * 60,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


class LockedForm(LoginForm):
    """The same fields after too many wrong attempts: whatever is entered, the answer is to wait."""

    def clean(self) -> dict[str, Any]:
        minutes = waiting_time() // 60
        sentence = ngettext(
            "Too many wrong attempts. Try again in %(minutes)s minute or ask an admin for a link.",
            "Too many wrong attempts. Try again in %(minutes)s minutes or ask an admin for a link.",
            minutes,
        )
        raise ValidationError(sentence, code="too_many_attempts", params={"minutes": minutes})


def waiting_time() -> int:
    """This will return the seconds for which an account stays locked."""
    return int(settings.AXES_COOLOFF_TIME.total_seconds())


def too_many_attempts(
    request: HttpRequest, _answer: HttpResponse | None, _credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """This will answer a sign-in that comes after too many wrong ones; django-axes calls it."""
    form = LockedForm(request, data=request.POST)
    context = {"form": form, "next": request.POST.get("next", "")}
    response = render(request, "accounts/login.html", context, status=429)
    response["Retry-After"] = str(waiting_time())
    return response


class ChangePassword(views.PasswordChangeView):
    """A person changes the own password."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("password-change")
    extra_context = {"heading": _("Change your password")}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, _("Your password was changed."))
        return super().form_valid(form)


class SetPassword(views.PasswordResetConfirmView):
    """The page behind a one-time link: an invitation, or the way back after a lost password."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("login")
    extra_context = {"heading": _("Choose a password")}

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        messages.success(self.request, _("Your password was saved. Log in with it."))
        return super().form_valid(form)


def one_time_link(request: HttpRequest, user: User) -> str:
    """This will make a link by which its bearer sets the person's password, once.

    It ends after PASSWORD_RESET_TIMEOUT, with the next log-in and with its use.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    address = reverse("password-set", args=[uid, default_token_generator.make_token(user)])
    return request.build_absolute_uri(address)
