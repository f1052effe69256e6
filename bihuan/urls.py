"""Every address of the product."""

from django.urls import include, path

from bihuan.api.application import api
from bihuan.web.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("api/v1/", api.urls),
    path("", include("bihuan.foundation.files.urls")),
    path("", include("bihuan.exports.urls")),
    path("", include("bihuan.desk.urls")),
    path("", include("bihuan.dossier.urls")),
    path("service/", include("bihuan.portal.urls")),
    path("", include("bihuan.web.urls")),
]
