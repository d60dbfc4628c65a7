"""The admin: people and reference data are kept there, aid figures are looked at."""

from collections.abc import Iterator

from tests.matrix.policy import Row, admin

KEPT = (
    "accounts_user",
    "regions_region",
    "regions_destination",
    "regions_population",
    "shipments_operation",
    "shipments_donor",
    "shipments_category",
    "shipments_item",
    "shipments_reportedfigure",
    "shipments_needsassessment",
)
LOOKED_AT = (
    "accounts_apitoken",
    "shipments_shipment",
    "shipments_deliveryevent",
    "shipments_deliveryline",
    "shipments_linebalance",
    "shipments_overduenotice",
    "shipments_exportfile",
    "shipments_importrun",
)


def kept(model: str) -> Iterator[Row]:
    """This will make the rows of records that admins add and change, and nobody deletes."""
    at = {"object_id": f"pk {model}"}
    yield from both(model)
    yield admin(f"{model}_add", manager=200)
    yield admin(f"{model}_add", "POST", body="nothing", refused="200", manager=200)
    yield admin(f"{model}_change", at=at, manager="200/200/302")
    yield admin(
        f"{model}_change", "POST", at=at, body="nothing", refused="200", manager="200/200/302"
    )


def looked_at(model: str) -> Iterator[Row]:
    """This will make the rows of records that nobody changes here."""
    at = {"object_id": f"pk {model}"}
    opened = 302 if model == "shipments_deliveryevent" else 403
    yield from both(model)
    yield admin(f"{model}_add", manager=opened)
    yield admin(f"{model}_add", "POST", body="nothing", refused="302|403", manager=opened)
    yield admin(f"{model}_change", at=at, manager="200/200/302")
    yield admin(
        f"{model}_change", "POST", at=at, body="nothing", refused="403", manager="403/403/302|403"
    )


def both(model: str) -> Iterator[Row]:
    at = {"object_id": f"pk {model}"}
    app, name = model.split("_")
    here = f"admin/{app}/{name}"
    yield admin(f"{model}_changelist", manager=200)
    yield admin(f"{model}_changelist", "POST", body="nothing", refused="200|302", manager="200|302")
    yield admin(f"{model}_history", at=at, manager="200/200/302")
    yield admin(f"{model}_delete", at=at, manager="403/403/302|403")
    yield admin(f"{model}_delete", "POST", at=at, body="nothing", refused="403", manager="403")
    shown = f"/{here}/<path:object_id>/"
    yield admin(shown, path=f"/{here}/{{pk {model}}}/", anonymous=302, manager=302)


COMPLETION = "app_label=shipments&model_name=shipment&field_name=donor&term=common"
BACKSTAGE = [
    *(row for model in KEPT for row in kept(model)),
    *(row for model in LOOKED_AT for row in looked_at(model)),
    admin("index", manager=200),
    admin("app_list", at={"app_label": "=shipments"}, manager=200),
    admin("login", anonymous=302, stranger=302, reader=302),
    admin("login", "POST", body="nothing", anonymous=302, stranger=302, reader=302),
    admin("logout", "POST", body="nothing", manager="200|302"),
    admin("jsi18n", manager=200),
    admin(
        "autocomplete",
        query="app_label=shipments&model_name=shipment&field_name=donor&term=common",
        manager="200|403",
    ),
    admin("password_change", manager="200|302"),
    admin("password_change", "POST", body="nothing", manager="200|302"),
    admin("password_change_done", manager="200|302"),
    admin("view_on_site", at={"content_type_id": "=1", "object_id": "=1"}, manager="302|404"),
    admin(
        "accounts_user_link",
        "POST",
        at={"object_id": "pk accounts_user"},
        body="nothing",
        refused="200",
        manager="200/200/403|404",
    ),
    admin(
        "/admin/(?P<url>.*)$",
        path="/admin/nowhere/",
        anonymous="302",
        stranger="403|404",
        reader="403|404",
        manager="404",
    ),
]
