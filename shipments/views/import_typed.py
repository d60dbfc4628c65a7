"""What was typed on the page of an import and not sent yet, laid over what is kept."""

from collections.abc import Mapping
from typing import Any

from shipments.models import ImportRun
from shipments.models.imports import ImportStatus


def lay_typed_over(
    context: dict[str, Any], run: ImportRun, data: Mapping[str, str], form: str
) -> None:
    """This will put what a form sent, to be drawn again, in place of what the run says.

    ``form`` is the action of that form; without one, the page says what the run says.
    """
    for column in context.get("columns", ()):
        name = column["column"]
        column["chosen"] = data.get(f"column-{name}", column["chosen"])
        if form == "match":
            column["as_above"] = f"above-{name}" in data
    for constant in context.get("constants", ()):
        constant["value"] = data.get(f"constant-{constant['name']}", constant["value"])
    for word in context.get("words", ()):
        word["suggestion"] = data.get(f"word-{word['place']}", word["suggestion"])
    for change in context.get("changes", ()):
        change["decision"] = data.get(f"decide-{change['row']}", change["decision"])
    context["problems"] = [
        problem | {"typed": data.get(f"fix-{problem['cell']}", problem["value"])}
        for problem in context.get("problems", ())
    ]
    context["typed"] = single_fields(run, data, form)
    context["form_kept"] = form or form_to_keep(context, run)


def single_fields(run: ImportRun, data: Mapping[str, str], form: str) -> dict[str, Any]:
    kept = ("sheet", "header_row", "encoding", "delimiter", "reason")
    return {
        "form": form,
        "remember": form != "match" or "remember" in data,
        "date_order": data.get("date_order", ""),
        "more_target": data.get("more-target", ""),
        "more_value": data.get("more-value", ""),
        "save_as": data.get("save-as", ""),
        **{name: data.get(name, getattr(run, name)) for name in kept},
    }


def form_to_keep(context: Mapping[str, Any], run: ImportRun) -> str:
    """This will name the form that is kept in another language before any is typed into."""
    if context["working"] or not context["may"]:
        return ""
    if context.get("match_first"):
        return "match"
    if run.status != ImportStatus.CHECKED:
        return "read" if run.status == ImportStatus.FAILED else ""
    if context["changes"]:
        return "decide"
    return "fix" if context["problems"] else "match"
