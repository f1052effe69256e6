"""The words of a choice. A mixin of models, for lists show them many times on a page."""

from typing import Any

from django.db import models


class Labelled(models.Model):
    """Finds ``get_state_display()`` by a look-up.

    Django builds a dictionary of all choices for each call, and hashes each lazy sentence of it by translating it: on a
    list of fifty rows that was a sixth of the whole page.
    """

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> str:
        value = getattr(self, field.attname)
        words = field.__dict__.get("bihuan_words")
        if words is None:
            words = field.bihuan_words = dict(field.flatchoices)
        return str(words.get(value, "" if value is None else value))
