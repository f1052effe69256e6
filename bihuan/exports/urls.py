"""The address of finished exports."""

from django.urls import path

from bihuan.exports.views import send_export

app_name = "exports"
urlpatterns = [path("exports/<str:ticket>", send_export, name="open")]
