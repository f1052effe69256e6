"""The pages of staff: workspace, cases, risk, departments, people."""

from django.urls import path

from bihuan.desk import cases, departments, grants, home, mailroom, people, risk, verbs, workspace

urlpatterns = [
    path("", home.home, name="home"),
    path("desk", workspace.show_workspace, name="workspace"),
    path("desk/queues", workspace.show_queues, name="workspace_queues"),
    path("cases", cases.list_cases, name="case_list"),
    path("cases/new", cases.take_down, name="case_new"),
    path("search", cases.search, name="case_search"),
    path("cases/<str:number>", cases.show_case, name="case_page"),
    path("cases/<str:number>/timeline", cases.show_timeline, name="case_timeline"),
    path("cases/<str:number>/why/<int:promise_id>", cases.show_why, name="case_why"),
    path("cases/<str:number>/draft/<slug:box>", cases.keep_draft, name="case_draft"),
    path("cases/<str:number>/evidence", cases.give_evidence, name="case_evidence"),
    path("cases/<str:number>/reveal/<str:field>", cases.reveal, name="case_reveal"),
    path("cases/<str:number>/archive.zip", cases.download_archive, name="case_archive"),
    path("cases/<str:number>/do/<slug:verb>", verbs.do_case_verb, name="case_verb"),
    path("risk", risk.list_risk, name="risk_list"),
    path("risk/reassign", risk.reassign, name="risk_reassign"),
    path("handoffs", departments.list_inbox, name="handoff_list"),
    path("handoffs/<int:handoff_id>", departments.show_handoff, name="handoff_page"),
    path("handoffs/<int:handoff_id>/return", departments.show_return, name="handoff_return"),
    path("handoffs/<int:handoff_id>/evidence", departments.give_evidence, name="handoff_evidence"),
    path("handoffs/<int:handoff_id>/do/<slug:verb>", verbs.do_handoff_verb, name="handoff_verb"),
    path("intake/quarantine", mailroom.list_quarantine, name="quarantine_list"),
    path("intake/automatic", mailroom.list_automatic, name="automatic_list"),
    path("intake/outbox", mailroom.list_outbox, name="outbox_list"),
    path("intake/mails/<int:mail_id>/release", mailroom.release, name="mail_release"),
    path("intake/mails/<int:mail_id>/dismiss", mailroom.dismiss, name="mail_dismiss"),
    path("people", people.list_people, name="staff_list"),
    path("people/new", people.register, name="staff_new"),
    path("people/<int:staff_id>", people.show_person, name="staff_page"),
    path("people/<int:staff_id>/move", people.move, name="staff_move"),
    path("people/<int:staff_id>/password", people.set_password, name="staff_password"),
    path("people/<int:staff_id>/active", people.set_active, name="staff_active"),
    path("people/<int:staff_id>/grants", grants.give, name="grant_give"),
    path("grants/<int:grant_id>/end", grants.end, name="grant_end"),
    path("units", people.list_units, name="unit_list"),
    path("units/new", people.open_unit, name="unit_new"),
]
