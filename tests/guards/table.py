"""The permission table: one line per route and method, one column per role, the expected status in each cell."""

import csv
from pathlib import Path

TABLE = Path(__file__).with_name("permissions.csv")
ROLES = (
    "anonymous",
    "customer",
    "agent",
    "colleague",
    "south_agent",
    "supervisor",
    "manager",
    "director",
    "inspector",
    "liaison",
    "other_liaison",
    "system_admin",
    "security_admin",
    "audit_admin",
)
Statuses = dict[str, str]


def read_table() -> dict[tuple[str, str], Statuses]:
    """Expected statuses by route name and method."""
    if not TABLE.exists():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["route"], row["method"]): {role: row[role] for role in ROLES} for row in csv.DictReader(file)}


def write_table(rows: dict[tuple[str, str], Statuses]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["route", "method", *ROLES], lineterminator="\n")
        writer.writeheader()
        for (name, method), statuses in sorted(rows.items()):
            writer.writerow({"route": name, "method": method, **statuses})
