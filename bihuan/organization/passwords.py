"""Password rule: three of four character classes (MLPS level 3, 8.1.4.1 a, usual assessed value)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES_WANTED = 3


def count_character_classes(password: str) -> int:
    """How many of lower case, upper case, digits and other characters occur."""
    tests = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(any(test(c) for c in password) for test in tests)


class CharacterClassValidator:
    """Django password validator for the rule above."""

    def validate(self, password: str, user: object = None) -> None:
        if count_character_classes(password) < CLASSES_WANTED:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        return _("密码至少包含大写字母、小写字母、数字、符号中的三种。")
