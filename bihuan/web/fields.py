"""How a form field is shown: which look its widget asks for, and the marks its control carries."""

from django.forms import BoundField, widgets
from django.utils.safestring import SafeString

KINDS: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.CheckboxSelectMultiple, "chips"),
    (widgets.RadioSelect, "options"),
    (widgets.CheckboxInput, "check"),
    (widgets.Select, "select"),
    (widgets.FileInput, "file"),
    (widgets.Textarea, "textarea"),
    (widgets.PasswordInput, "password"),
    (widgets.HiddenInput, "hidden"),
)
CONTROL_CLASSES = {"select": "form-select", "check": "form-check-input", "hidden": "", "file": "bp-file-input"}


def widget_kind(bound: BoundField) -> str:
    """options, chips, check, select, file, textarea, password, hidden or text."""
    return next((kind for cls, kind in KINDS if isinstance(bound.field.widget, cls)), "text")


def widget_with_marks(bound: BoundField, count: int = 0) -> SafeString:
    """The control with its class, and with the help and the errors it is described by."""
    kind = widget_kind(bound)
    if kind in ("options", "chips"):
        bound.field.widget.attrs.setdefault("class", "form-check-input")
        return SafeString("")
    control_id = bound.id_for_label
    described = [f"{control_id}_help"] if bound.help_text else []
    described += [f"{control_id}_error"] if bound.errors else []
    look = CONTROL_CLASSES.get(kind, "form-control")
    attrs: dict[str, str | bool] = {"class": f"{look} is-bad" if bound.errors else look}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if count:
        attrs["data-count"] = str(count)
        attrs["maxlength"] = str(count)
    return SafeString(bound.as_widget(attrs=attrs))
