"""Units, people, memberships and grants. Everything that changes over time carries the days it holds."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.labels import Labelled
from bihuan.organization.roles import Role


class UnitKind(models.TextChoices):
    HQ = "HQ", _("总部")
    DIVISION = "DIVISION", _("大区")
    SITE = "SITE", _("站点")
    TEAM = "TEAM", _("班组")
    DEPARTMENT = "DEPARTMENT", _("部门")


class Function(models.TextChoices):
    """What a department is responsible for."""

    BUSINESS = "BUSINESS", _("业务")
    OPERATIONS = "OPERATIONS", _("运营")
    QUALITY = "QUALITY", _("质量监督")
    TECH = "TECH", _("技术支持")


class UnitQuerySet(models.QuerySet["Unit"]):
    def below(self, unit: "Unit") -> "UnitQuerySet":
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)

    def active(self) -> "UnitQuerySet":
        return self.filter(closed_on=None)


class Unit(models.Model):
    """A node of the organisation tree; ``path`` lists the ids from the root to the unit, as ``/1/4/9/``."""

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(max_length=12, choices=UnitKind)
    function = models.CharField(max_length=12, choices=Function, blank=True)
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    path = models.CharField(max_length=160, db_index=True)
    division = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    # provinces a division serves, and kinds of work a team takes: what the first routing looks at
    regions = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    handles = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    closed_on = models.DateField(null=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="unit_function_on_departments_only",
                condition=Q(kind=UnitKind.DEPARTMENT, function__gt="")
                | (~Q(kind=UnitKind.DEPARTMENT) & Q(function="")),
            ),
            models.CheckConstraint(
                name="unit_root_is_hq",
                condition=Q(parent__isnull=True, kind=UnitKind.HQ) | Q(parent__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root down to the unit itself."""
        return [int(part) for part in self.path.strip("/").split("/")]


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, staff_no: str, password: str | None = None, **fields: object) -> "Staff":
        staff = self.model(staff_no=staff_no, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(staff_no__iexact=username)


class Staff(Labelled, AbstractBaseUser):
    """A person who works here. Signs in with the staff number (工号)."""

    staff_no = models.CharField(_("工号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    name_en = models.CharField(_("英文名"), max_length=60, blank=True)
    post = models.CharField(_("岗位"), max_length=16, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="staff")
    email = models.EmailField(_("邮箱"), blank=True)
    is_active = models.BooleanField(_("在职"), default=True)
    joined_on = models.DateField(_("入职日期"))
    password_changed_at = models.DateTimeField(null=True)
    # bumped whenever a grant or the account changes, so that open sessions and live streams look again
    rights_version = models.PositiveIntegerField(default=0)

    objects = StaffManager()

    USERNAME_FIELD = "staff_no"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def initial(self) -> str:
        """The one character shown in the person's avatar."""
        return self.label[:1]


def holding_on(day: date) -> Q:
    """Rows that hold on the day; ``to_on`` is the last day, inclusive."""
    return (Q(to_on=None) | Q(to_on__gte=day)) & Q(from_on__lte=day)


class Effective(models.Model):
    """Something that holds from a day to a day (inclusive); an open end is null."""

    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        abstract = True


class Membership(Effective):
    """In which unit a person works, and when. Last month's report still shows last month's team."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="membership_ends_after_start", condition=Q(to_on=None) | Q(to_on__gte=F("from_on"))
            ),
            models.UniqueConstraint(name="membership_one_open", fields=["staff"], condition=Q(to_on=None)),
        ]


class RoleGrant(Effective):
    """A role over a unit and everything below it."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="grant_ends_after_start", condition=Q(to_on=None) | Q(to_on__gte=F("from_on"))),
            models.UniqueConstraint(name="grant_one_open", fields=["staff", "role", "unit"], condition=Q(to_on=None)),
        ]
