"""Addresses of signing in and out, and of passwords."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import views

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    # It leads to the first page whatever was sent: asked to lead to itself, it shows the admin's.
    path("logout/", LogoutView.as_view(redirect_field_name=""), name="logout"),
    path("password/", views.ChangePassword.as_view(), name="password-change"),
    path("link/<uidb64>/<token>/", views.SetPassword.as_view(), name="password-set"),
]
