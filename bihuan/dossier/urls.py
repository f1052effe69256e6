"""Pages of staff about customers."""

from django.urls import path

from bihuan.dossier import accounts, customers, retention, rights, vault

urlpatterns = [
    path("customers", customers.find, name="customer_find"),
    path("customers/<int:customer_id>", customers.show_file, name="customer_file"),
    path("customers/<int:customer_id>/timeline", customers.show_more, name="customer_timeline"),
    path("customers/<int:customer_id>/same", customers.show_candidates, name="customer_candidates"),
    path("customers/<int:customer_id>/details", customers.add_detail, name="customer_detail"),
    path("customers/<int:customer_id>/confirm", customers.confirm_detail, name="customer_confirm"),
    path("customers/<int:customer_id>/merge", customers.merge, name="customer_merge"),
    path("merges/<int:merge_id>/undo", customers.unmerge, name="customer_unmerge"),
    path("customers/<int:customer_id>/panel", accounts.show_panel, name="account_panel"),
    path("customers/<int:customer_id>/account", accounts.show_account, name="account_file"),
    path("accounts/<int:account_id>/<slug:part>", accounts.add_part, name="account_part"),
    path("vault/undertaking", vault.sign, name="undertaking"),
    path("vault/undertaking/publish", vault.publish, name="undertaking_publish"),
    path("vault/radar", vault.show_radar, name="radar"),
    path("vault/alerts/<int:alert_id>/lift", vault.lift, name="alert_lift"),
    path("vault/limits", vault.set_limits, name="vault_limits"),
    path("vault/decoys", vault.plant, name="decoy_plant"),
    path("rights", rights.show_list, name="rights_list"),
    path("rights/new", rights.take_down, name="rights_new"),
    path("rights/<int:request_id>", rights.show, name="rights_page"),
    path("rights/<int:request_id>/identify", rights.identify, name="rights_identify"),
    path("rights/<int:request_id>/fulfil", rights.fulfil, name="rights_fulfil"),
    path("rights/<int:request_id>/refuse", rights.refuse, name="rights_refuse"),
    path("rights/<int:request_id>/copy/<slug:form>", rights.fetch, name="rights_copy"),
    path("retention/rules", retention.show_rules, name="retention_rules"),
    path("retention/rules/set", retention.set_rule, name="retention_rule"),
    path("retention/purges/new", retention.preview, name="purge_new"),
    path("retention/purges/<int:purge_id>", retention.show_purge, name="purge_page"),
    path("retention/purges/<int:purge_id>/approve", retention.approve, name="purge_approve"),
    path("retention/purges/<int:purge_id>/cancel", retention.cancel, name="purge_cancel"),
    path("retention/holds", retention.show_holds, name="hold_list"),
    path("retention/holds/new", retention.place, name="hold_new"),
    path("retention/holds/<int:hold_id>/lift", retention.lift, name="hold_lift"),
]
