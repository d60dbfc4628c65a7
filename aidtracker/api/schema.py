"""Describes the API in OpenAPI from the same declarations that answer it."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.settings import api_settings

from aidtracker.api.examples import EXAMPLES
from aidtracker.api.pagination import Pages
from regions.api.described import TEXT, Described, Schema, component_of, named, row_schema
from regions.api.lists import ListView
from regions.exports.rows import LANGUAGES, PUBLIC, STANDPOINT
from shipments.api.exports import STATE
from text.listings import Listing, Reader

EVERYBODY = Reader(None, True)
ENTRY: Schema = {
    "type": "object",
    "properties": {
        "pointer": TEXT | {"description": "JSON pointer into the body (RFC 6901)."},
        "param": TEXT | {"description": "Parameter of the query."},
        "code": TEXT,
        "detail": TEXT,
        "allowed": {"type": "array", "items": {}},
    },
    "required": ["code", "detail"],
}
PROBLEM = named(
    {
        "type": "object",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "instance": TEXT,
            "request_id": TEXT,
            "errors": {"type": "array", "items": named(ENTRY, "Refusal")},
        },
        "required": ["type", "title", "status", "detail", "instance", "request_id", "errors"],
    },
    "Problem",
)
PROBLEM_TYPE = "application/problem+json"
REFUSED = {
    "GET": (400, 401, 404, 429),
    "POST": (400, 401, 403, 404, 409, 412, 413, 415, 422, 429),
    "PUT": (400, 401, 403, 404, 409, 412, 413, 415, 429),
    "PATCH": (400, 401, 403, 404, 409, 412, 413, 415, 429),
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token is sent."""

    target_class = "regions.api.authentication.TokenWithGrants"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token aid_…; also as user name of Basic with an empty password.",
        }


class ApiSchema(AutoSchema):
    """Asks views what they take and answer."""

    @property
    def described(self) -> Described:
        if isinstance(self.view, ListView) and self.method == "GET":
            return describe_list(self.view.listing)
        view: Any = self.view
        described: Described = view.described(self.method)
        return described

    @property
    def files(self) -> Listing | None:
        """The list whose files are had at this address."""
        if isinstance(self.view, ListView):
            return self.view.listing
        files: Listing | None = getattr(self.view, "files", None)
        return files

    def get_operation_id(self) -> str:
        words = re.sub(r"[{}]", "", self.path).replace("/api/v1/", "").replace("-", "_")
        verb = {"GET": "read", "POST": "send", "PUT": "replace", "PATCH": "change"}[self.method]
        return "_".join([verb, *words.strip("/").split("/")])

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_summary(self) -> str:
        return str(self.described.summary)

    def get_description(self) -> str:  # type: ignore[override]
        return ""

    def get_filter_backends(self) -> list[Any]:
        return []

    def _is_list_view(self, serializer: Any = None) -> bool:  # noqa: ARG002
        return False

    def get_override_parameters(self) -> list[Any]:
        keys = [
            OpenApiParameter(name, str, OpenApiParameter.PATH, required=True)
            for name in re.findall(r"{(\w+)}", self.path)
        ]
        return [*keys, *self.described.parameters]

    def get_request_serializer(self) -> Any:
        takes = self.described.takes
        return None if takes is None else dict.fromkeys(media_of(takes), takes)

    def get_response_serializers(self) -> Any:
        answers: dict[Any, Any] = {
            (status, media): OpenApiResponse(schema, description=_("Done."))
            for status, schema in self.described.answers.items()
            for media in media_of(schema)
        }
        if self.method == "GET" and (listing := self.files):
            answers |= file_answers(listing)
        for status in (*REFUSED[self.method], *self.described.refuses):
            answers[(status, PROBLEM_TYPE)] = OpenApiResponse(PROBLEM, description=_("Refused."))
        return answers

    def _get_format_parameters(self) -> list[Any]:
        # Said with the other parameters.
        return []

    def get_examples(self) -> list[OpenApiExample]:
        name = (self.method, self.path)
        return [
            OpenApiExample(
                f"{way} of {self.method} {self.path}",
                value=value,
                request_only=way == "request",
                response_only=way == "answer",
                status_codes=None if way == "request" else [str(min(self.described.answers))],
                media_type="application/json",
            )
            for way, value in EXAMPLES.get(name, {}).items()
        ]


def media_of(schema: Schema) -> tuple[str, ...]:
    """This will name the media types of an answer; a file says so by its format."""
    return tuple(schema.get("x-media", ("application/json",)))


def file_answers(listing: Listing) -> dict[Any, Any]:
    """This will describe the files of a list, and the answer while one is being made."""
    content: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
    renderers: Any = api_settings.DEFAULT_RENDERER_CLASSES
    answers: dict[Any, Any] = {
        (200, renderer.media_type): OpenApiResponse(content)
        for renderer in renderers
        if renderer.format in listing.formats and renderer.format != "json"
    }
    waiting = OpenApiResponse(STATE, description=_("The file is being made; see links.self."))
    return answers | {(202, "application/json"): waiting}


def describe_list(listing: Listing) -> Described:
    """This will describe the page of a list; its files have the same rows."""
    page: Schema = {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "description": _("Left out with count=0.")},
            "next": {"type": ["string", "null"], "format": "uri"},
            "previous": {"type": ["string", "null"], "format": "uri"},
            "results": {
                "type": "array",
                "items": named(row_schema(listing.columns), component_of(listing.name)),
            },
        },
        "required": ["next", "previous", "results"],
    }
    return Described(
        summary=_("List %(name)s; with an extension, all rows as a file.") % {"name": listing.name},
        answers={200: page},
        parameters=tuple(list_parameters(listing)),
    )


def list_parameters(listing: Listing) -> list[OpenApiParameter]:
    filters = {} if listing.filters is None else listing.filters.accepted(EVERYBODY)
    made = [
        query_parameter(name, lookup.schema, lookup.description) for name, lookup in filters.items()
    ]
    made += [
        query_parameter(name, described["schema"], described["description"])
        for name, described in Pages.parameters.items()
    ]
    words: Mapping[str, tuple[list[str], Any]] = {
        "format": (list(listing.formats), _("Also as the extension of the address.")),
        "lang": (list(LANGUAGES), _("Language of names.")),
        STANDPOINT: ([PUBLIC], _("Read what everybody may, whatever your own rights.")),
    }
    if "csv" in listing.formats:
        words = {**words, "bom": (["0", "1"], _("1 puts a byte order mark before a CSV file."))}
    return made + [
        query_parameter(name, {"type": "string", "enum": allowed}, text)
        for name, (allowed, text) in words.items()
    ]


def query_parameter(name: str, schema: Mapping[str, Any], description: Any) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        dict(schema),
        OpenApiParameter.QUERY,
        description=str(description),
        style="form" if schema.get("type") == "array" else None,
        explode=False if schema.get("type") == "array" else None,
    )


def documented_addresses(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """This will leave out the second spellings of an address: the slash and the extension."""
    return [
        endpoint
        for endpoint in endpoints
        if endpoint[0].startswith("/api/v1/")
        and not endpoint[0].endswith("/")
        and "{format}" not in endpoint[0]
        and endpoint[2] != "OPTIONS"
    ]


def name_components(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """This will move every named schema to the components and refer to it."""
    components = result.setdefault("components", {}).setdefault("schemas", {})
    result["paths"] = moved(result["paths"], components)
    for name in list(components):
        components[name] = moved(components[name], components)
    result["components"]["schemas"] = dict(sorted(components.items()))
    return result


def moved(value: Any, components: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [moved(entry, components) for entry in value]
    if not isinstance(value, dict):
        return value
    kept = {
        k: moved(v, components) for k, v in value.items() if k not in ("x-component", "x-media")
    }
    if "x-component" not in value:
        return kept
    components[value["x-component"]] = kept
    return {"$ref": f"#/components/schemas/{value['x-component']}"}
