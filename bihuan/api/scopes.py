"""What an API token may be limited to: the permissions of cases, and looking customers up."""

from bihuan.cases.queries import CasePermission

CUSTOMER_VIEW = "customer.view"
SCOPES = frozenset({*(permission.value for permission in CasePermission), CUSTOMER_VIEW})
