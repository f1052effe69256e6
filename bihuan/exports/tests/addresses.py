"""The addresses that the tests of exports need."""

from django.urls import include, path

urlpatterns = [path("", include("bihuan.exports.urls"))]
