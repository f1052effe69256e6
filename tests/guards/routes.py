"""Every address of the product and the methods it answers, found by walking the URL configuration."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.api.application import api

API_PREFIX = "/api/v1"
METHODS = ("get", "post", "put", "patch", "delete")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\{(\w+)\}")


@dataclass(frozen=True, order=True)
class Route:
    """A page by its URL name, an API operation by its path; with one method."""

    name: str
    method: str
    parameters: tuple[str, ...] = ()

    @property
    def is_api(self) -> bool:
        return self.name.startswith("/")

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def all_routes() -> list[Route]:
    return sorted({*page_routes(), *api_routes()})


def page_routes() -> Iterator[Route]:
    """Named patterns outside the API; a pattern without a name is an error here, as no table could list it."""
    for name, pattern, parameters in walk(get_resolver(), (), ()):
        for method in methods_of(pattern.callback):
            yield Route(name, method, parameters)


def walk(
    resolver: URLResolver, namespaces: tuple[str, ...], parameters: tuple[str, ...]
) -> Iterator[tuple[str, URLPattern, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        here = (*parameters, *names_in(str(entry.pattern)))
        if isinstance(entry, URLResolver):
            inside = (*namespaces, entry.namespace) if entry.namespace else namespaces
            if inside[:1] != ("api",):
                yield from walk(entry, inside, here)
        else:
            assert entry.name, f"the pattern {entry.pattern} has no name"
            yield ":".join((*namespaces, entry.name)), entry, here


def names_in(pattern: str) -> tuple[str, ...]:
    return tuple(first or second for first, second in PARAMETER.findall(pattern)) or tuple(
        re.findall(r"\?P<(\w+)>", pattern)
    )


def methods_of(view: Callable[..., Any]) -> list[str]:
    """GET, POST or both, as the view's decorators, class or body say."""
    if view_class := getattr(view, "view_class", None):
        return [method.upper() for method in ("get", "post") if hasattr(view_class, method)]
    source = inspect.getsource(inspect.unwrap(view))
    if "require_POST" in source:
        return ["POST"]
    if listed := re.search(r"require_http_methods\(\s*[\[(](.*?)[\])]", source, re.S):
        return [method for method in re.findall(r"[A-Z]+", listed[1]) if method != "HEAD"]
    takes_posts = "POST" in source and "require_GET" not in source and "require_safe" not in source
    return ["GET", "POST"] if takes_posts else ["GET"]


def api_routes() -> Iterator[Route]:
    for path, operations in api.get_openapi_schema(path_prefix=API_PREFIX)["paths"].items():
        for method in METHODS:
            if method in operations:
                yield Route(path, method.upper(), names_in(path))
