"""A small world in which every table has rows and every status a shipment, to be attacked."""

import hashlib
from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.contrib.auth.models import Group, Permission

from accounts.models import ApiToken, User
from regions.models import Destination, PlaceName, Population
from regions.rights import Role
from shipments.models import (
    Attachment,
    Donor,
    ExportFile,
    ImportRow,
    ImportRun,
    Item,
    Leg,
    NamedMapping,
    NeedLine,
    NeedsAssessment,
    OverdueNotice,
    PlausibilityWarning,
    RememberedChoice,
    ReportedFigure,
    SavedQuery,
    SavedQueryVersion,
    Shipment,
    Snapshot,
    Verification,
)
from shipments.models.reports import DocumentDraft, LineDraft, Weighing
from shipments.services import (
    answer_warnings,
    create_shipment_once,
    fold_totals,
    weigh_shipment,
)
from tests import build
from tests.build import NOW, counted, receive, report
from tests.world import the_world

DAY = date(2020, 11, 25)


class Fortress:
    """Builds the world. Shipments are found by their remark: ``draft``, ``sent``, ``hub`` ..."""

    def __init__(self) -> None:
        world = the_world()
        self.country, self.north, self.south = world.country, world.north, world.south
        self.depot, self.hub = world.depot, world.hub
        self.operation, self.donor = world.operation, world.donor
        self.blankets, self.wood = world.blankets, world.wood
        self.cement = build.item("cement", base_unit="kg")
        self.omar = User.objects.get(username="omar")
        self.vera = build.person("vera", (Role.VERIFIER, self.country))
        self.send_shipments()
        self.keep_papers()
        self.keep_references()
        self.keep_people()
        self.keep_files()
        self.keep_questions()

    def shipment(self, remark: str, *lines: LineDraft, sent: bool = True) -> Shipment:
        what = build.draft(
            self.operation,
            self.donor,
            self.depot,
            self.hub,
            *(lines or (build.line(self.blankets, 100), build.line(self.wood, "8.5"))),
            remark=remark,
            documents=(DocumentDraft(kind="waybill", number=f"WB-{remark}"),),
        )
        return build.shipment(what, by=self.omar, sent=sent)

    def sent(self, quantity: object) -> Shipment:
        """This will send blankets from the depot to the hub."""
        return self.shipment("", build.line(self.blankets, quantity))

    def send_shipments(self) -> None:
        omar = self.omar
        self.shipment("draft", sent=False)
        build.move(self.shipment("planned", sent=False), "planned", by=omar)
        build.move(self.shipment("cancelled", sent=False), "planned", "cancelled", by=omar)
        self.on_the_road = self.shipment("sent")
        build.move(self.on_the_road, "departed", "arrived", by=omar)
        partial = self.shipment("partial")
        build.reverse(receive(partial, by=omar, received=10).event, by=omar)
        receive(partial, by=omar, received=40, damaged=5, surplus=True)
        receive(partial, by=omar, kind="handed_over", handed_over=7)
        receive(partial, by=omar, kind="distributed", distributed=7)
        weights = {2: Decimal("4250.5")}
        weighing = Weighing(
            key=uuid4(), shipment=partial.reference, occurred_at=NOW, weights=weights
        )
        weigh_shipment(weighing=weighing, by=omar, source="api", at=NOW)
        self.partial = partial
        closed = self.shipment("closed", build.line(self.blankets, 3))
        build.move(closed, "arrived", by=omar)
        # Some totals are folded, later ones are not yet.
        fold_totals()
        receive(closed, by=omar, received=3)
        build.move(closed, "closed", by=omar)
        self.carry_on()
        create_shipment_once(
            key=uuid4(),
            draft=build.draft(
                self.operation, self.donor, self.depot, self.hub, build.line(self.blankets, 1)
            ),
            by=omar,
        )

    def carry_on(self) -> None:
        """Goods that came to a hub, part of them planned to go on."""
        line = build.line(self.blankets, 50)
        received = self.shipment("received", line)
        first = receive(received, by=self.omar, received=1).event
        new = report(received, counted(received=50))
        build.reverse(first, by=self.omar, replacement=new)
        onward = build.line(self.blankets, 20, from_line=f"{received.reference}/1")
        what = build.draft(
            self.operation, self.donor, self.hub, self.depot, onward, remark="onward"
        )
        build.move(build.shipment(what, by=self.omar, sent=False), "planned", by=self.omar)

    def keep_papers(self) -> None:
        event = self.partial.events.filter(kind="received").latest("id")
        warning = PlausibilityWarning.objects.create(event=event, code="entered_late", compared={})
        answer_warnings(event=event.key, answers={warning.code: "Rain."}, by=self.omar)
        Attachment.objects.create(event=event, file="a.jpg", sha256="0" * 64, size=1)
        Verification.objects.create(event=event, level="verified", verified_by=self.vera)
        places = {"from_place": self.depot, "to_place": self.hub}
        Leg.objects.create(shipment=self.on_the_road, position=1, **places)
        OverdueNotice.objects.create(shipment=self.on_the_road, expected_at=NOW)

    def keep_references(self) -> None:
        build.donor("free")
        Donor.objects.create(code="old", name="Old", kind="ngo", merged_into=self.donor)
        Item.objects.create(
            code="old",
            name="Old",
            category=self.wood.category,
            base_unit="t",
            merged_into=self.cement,
        )
        Destination.objects.create(
            code="OLD", name="Old", kind="school", region=self.north, merged_into=self.hub
        )
        category = build.category("wool")
        category.parent = self.wood.category
        category.save()
        PlaceName.objects.create(region=self.north, text="Норд", language="ru", script="Cyrl")
        PlaceName.objects.create(destination=self.hub, text="Հաբ", language="hy", script="Armn")
        Population.objects.create(
            region=self.north, counted_on=DAY, kind="displaced", people=90000, source="Office"
        )
        assessment = NeedsAssessment.objects.create(
            operation=self.operation, region=self.north, assessed_on=DAY, source="Office"
        )
        NeedLine.objects.create(assessment=assessment, item=self.wood, quantity=5, unit="m3")
        NeedLine.objects.create(assessment=assessment, category=category, per_person=2, unit="kg")
        scope = {"donor": self.donor, "region": self.north}
        for what in ({"item": self.wood}, {"category": category}):
            ReportedFigure.objects.create(
                operation=self.operation,
                source="Ministry",
                published_on=DAY,
                stage="dispatched",
                quantity=1500,
                unit="t",
                **scope,
                **what,
            )

    def keep_people(self) -> None:
        group = Group.objects.create(name="desk")
        permission = Permission.objects.earliest("id")
        self.omar.groups.add(group)
        self.omar.user_permissions.add(permission)
        ApiToken.objects.create(user=self.omar, name="curl", prefix="aid_abc", digest="0" * 64)

    def keep_files(self) -> None:
        ExportFile.objects.create(owner=self.omar, resource="lines", file_format="csv")
        run = ImportRun.objects.create(
            kind="deliveries", sender=self.omar, file="a.csv", file_name="a.csv", sha256="0", size=1
        )
        event = self.partial.events.latest("id")
        ImportRow.objects.create(
            run=run, number=1, state="ready", event=event, shipment=self.partial
        )
        RememberedChoice.objects.create(
            sender=self.omar, kind="deliveries", target="column", found="qty", chosen="received"
        )
        NamedMapping.objects.create(sender=self.omar, kind="deliveries", name="Weekly list")

    def keep_questions(self) -> None:
        # Retired, so that the name may be used again.
        saved = SavedQuery.objects.create(
            name="By donor", owner=self.omar, operation=self.operation, retired_at=NOW
        )
        SavedQueryVersion.objects.create(
            saved_query=saved, number=1, query="by=donor&measure=sent_kg", made_by=self.omar
        )
        Snapshot.objects.create(
            title="By donor",
            operation=self.operation,
            query="by=donor",
            as_of=NOW,
            standpoint="everywhere",
            content="{}",
            sha256=hashlib.sha256(b"{}").hexdigest(),
            made_by=self.omar,
        )
