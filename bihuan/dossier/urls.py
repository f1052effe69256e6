"""Pages of staff about customers."""

from django.urls import path

from bihuan.dossier import customers

urlpatterns = [
    path("customers", customers.find, name="customer_find"),
    path("customers/<int:customer_id>", customers.show_file, name="customer_file"),
    path("customers/<int:customer_id>/timeline", customers.show_more, name="customer_timeline"),
    path("customers/<int:customer_id>/same", customers.show_candidates, name="customer_candidates"),
    path("customers/<int:customer_id>/details", customers.add_detail, name="customer_detail"),
    path("customers/<int:customer_id>/confirm", customers.confirm_detail, name="customer_confirm"),
    path("customers/<int:customer_id>/merge", customers.merge, name="customer_merge"),
    path("merges/<int:merge_id>/undo", customers.unmerge, name="customer_unmerge"),
]
