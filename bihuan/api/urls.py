"""The API as Django sees it."""

from bihuan.api.application import api

urlpatterns = api.urls[0]
app_name = api.urls[1]
