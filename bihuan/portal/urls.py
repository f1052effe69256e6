"""The customer's pages."""

from django.urls import path

from bihuan.portal import following, mydata, rights, selfservice, views

urlpatterns = [
    path("", views.show_home, name="portal_home"),
    path("new/<slug:kind>", views.submit, name="portal_new"),
    path("done", views.show_done, name="portal_done"),
    path("follow", following.follow, name="portal_find"),
    path("follow/code", following.request_code, name="portal_code"),
    path("case/<str:token>", following.show_case, name="portal_case"),
    path("case/<str:token>/add", following.add_material, name="portal_add"),
    path("case/<str:token>/urge", following.urge, name="portal_urge"),
    path("case/<str:token>/callback", following.answer_callback, name="portal_callback"),
    path("case/<str:token>/rate", following.rate, name="portal_rate"),
    path("track", selfservice.track, name="portal_track"),
    path("track/<str:number>/recipient", selfservice.show_recipient, name="portal_recipient"),
    path("quote", selfservice.quote, name="portal_quote"),
    path("areas", selfservice.areas, name="portal_areas"),
    path("claim-check", selfservice.check_claim, name="portal_claim"),
    path("waybill", selfservice.read_waybill, name="portal_waybill"),
    path("case/<str:token>/data", mydata.show_data, name="portal_data"),
    path("case/<str:token>/consent", mydata.say, name="portal_consent"),
    path("case/<str:token>/rights", rights.ask, name="portal_right_new"),
    path("rights/<str:token>", rights.show, name="portal_right"),
    path("rights/<str:token>/code", rights.send, name="portal_right_code"),
    path("rights/<str:token>/prove", rights.prove, name="portal_right_prove"),
    path("rights/<str:token>/copy/<slug:form>", rights.fetch, name="portal_right_copy"),
    path("privacy", views.show_privacy, name="portal_privacy"),
]
