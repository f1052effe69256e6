"""The address of stored files."""

from django.urls import path

from bihuan.foundation.files.views import serve_file

app_name = "files"
urlpatterns = [path("files/<str:ticket>", serve_file, name="open")]
