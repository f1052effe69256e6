"""Addresses of the shell itself: preferences, language, style guide."""

from django.urls import include, path

from bihuan.web.preferences import set_preference
from bihuan.web.styleguide import show_styleguide

urlpatterns = [
    path("preferences", set_preference, name="preferences"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("styleguide", show_styleguide, name="styleguide"),
]
