"""What else a world holds: papers, photos, statements, files, imports, tokens."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import TokenScope, User
from accounts.services import create_token
from regions.models import Grant, PlaceName
from shipments.filters.totals import read_question
from shipments.models import (
    Attachment,
    ExportFile,
    ImportRow,
    ImportRun,
    Leg,
    NamedMapping,
    NeedLine,
    NeedsAssessment,
    Operation,
    OverdueNotice,
    PlausibilityWarning,
    RememberedChoice,
    ReportedFigure,
    SavedQuery,
    SavedQueryVersion,
    Snapshot,
    Verification,
    WarningAnswer,
)
from shipments.services import publish_snapshot
from shipments.services.exports import sight_of
from tests.matrix.worlds import Land


def furnish(land: Land) -> None:
    """This will add and commit the things that no verb makes."""
    with transaction.atomic():
        add_papers(land)
        add_words(land)
        add_statements(land)
        add_files(land)
        land.rows["token"], land.rows["secret"] = create_token(
            user=land.omar, name=land.word("token"), scope=TokenScope.RECORD
        )
        land.rows["grant"] = Grant.objects.get(user=land.omar)


def add_papers(land: Land) -> None:
    shipment = land.shipments["sent"]
    Leg.objects.create(
        shipment=shipment,
        position=1,
        from_place=land.depot,
        to_place=land.hub,
        vehicle=land.word("truck"),
        driver=land.word("driver"),
        seal=land.word("seal"),
    )
    paper = shipment.documents.get()
    paper.file.save(f"{land.word('paper')}.pdf", ContentFile(land.word("paper").encode()))
    photo = Attachment(
        event=land.events["received"],
        sha256=hashlib.sha256(land.marks.word.encode()).hexdigest(),
        content_type="image/jpeg",
        size=9,
    )
    photo.file.save(f"{uuid.uuid4()}.jpg", ContentFile(land.word("photo").encode()))
    expected_at = datetime.now(UTC) - timedelta(days=1)
    OverdueNotice.objects.create(shipment=shipment, expected_at=expected_at)
    PlaceName.objects.create(
        destination=land.hub, text=f"{land.marks.common} хаб", language="ru", script="Cyrl"
    )
    land.rows |= {"document": paper, "photo": photo}


def add_words(land: Land) -> None:
    event = land.events["received"]
    warning = PlausibilityWarning.objects.create(
        event=event,
        code="entered_late",
        position=9,
        compared={"days": land.marks.late},
    )
    WarningAnswer.objects.create(warning=warning, remark=land.word("answer"), answered_by=land.omar)
    Verification.objects.create(
        event=event,
        level="disputed",
        verified_by=land.rows["verifier"],
        remark=land.word("dispute"),
    )


def add_statements(land: Land) -> None:
    said: dict[str, Any] = {"operation": land.operation, "region": land.region}
    shown = "open" if land.operation.public else land.marks.word
    ReportedFigure.objects.create(
        **said,
        source=f"{shown} ministry",
        quote=f"{shown} quote",
        published_on="2020-11-24",
        stage="dispatched",
        quantity=3,
        unit="t",
    )
    assessment = NeedsAssessment.objects.create(
        **said, assessed_on="2020-11-24", source=f"{shown} survey", remark=land.word("survey")
    )
    NeedLine.objects.create(assessment=assessment, item=land.item, quantity=5, unit="piece")
    land.rows |= {"assessment": assessment}


def own_things(user: User, word: str) -> dict[str, str]:
    """This will give a person a prepared file, imports and a token, and name them."""
    land_word = f"{word}-{user.username}"
    export = export_of(user, land_word)
    checked, done = import_of(user, land_word, "checked"), import_of(user, land_word, "done")
    ImportRow.objects.create(run=checked, number=2, cells=["x"], state="ready")
    token, _secret = create_token(user=user, name=land_word, scope=TokenScope.READ)
    return {
        "export": str(export.pk),
        "import": str(checked.pk),
        "import done": str(done.pk),
        "token": token.prefix,
        "saved query": saved_query_of(user, land_word).code,
    }


def saved_query_of(user: User, word: str, operation: Operation | None = None) -> SavedQuery:
    # A person with several tokens has one for each, and no name twice.
    name = f"{word} question {SavedQuery.objects.filter(owner=user).count()}"
    saved = SavedQuery.objects.create(owner=user, name=name, operation=operation)
    about = f"&operation={operation.code}" if operation else ""
    SavedQueryVersion.objects.create(
        saved_query=saved, number=1, query=f"by=month&measure=sent_kg{about}", made_by=user
    )
    saved.refresh_from_db()
    return saved


def export_of(user: User, word: str) -> ExportFile:
    export = ExportFile(
        owner=user, resource="lines", query=f"donor={word}", file_format="csv", status="done"
    )
    export.made_with = sight_of(user)
    export.finished_at = datetime.now(UTC) - timedelta(hours=1)
    export.file.save(f"{word}.csv", ContentFile(f"{word} file".encode()))
    return export


def import_of(user: User, word: str, status: str) -> ImportRun:
    run = ImportRun(
        kind="deliveries",
        sender=user,
        file_name=f"{word}.csv",
        sha256=hashlib.sha256(word.encode()).hexdigest(),
        size=7,
        status=status,
        step="",
        finished_at=datetime.now(UTC) - timedelta(hours=1),
    )
    run.file.save(f"{word}.csv", ContentFile(f"{word} rows".encode()))
    return run


def add_files(land: Land) -> None:
    land.rows["import done"] = import_of(land.omar, land.word("imported"), "done")
    export = export_of(land.omar, land.word("export"))
    run = ImportRun(
        kind="donors",
        sender=land.omar,
        file_name=f"{land.word('import')}.csv",
        sha256=hashlib.sha256(land.word("import").encode()).hexdigest(),
        size=7,
        status="checked",
        step="",
        mapping={"A": "code"},
    )
    run.file.save(f"{land.word('import')}.csv", ContentFile(land.word("import").encode()))
    ImportRow.objects.create(run=run, number=2, cells=[land.word("cell")], state="ready")
    RememberedChoice.objects.create(
        sender=land.omar, kind="donors", target="column", found=land.word("found"), chosen="code"
    )
    NamedMapping.objects.create(sender=land.omar, kind="donors", name=land.word("mapping"))
    saved = saved_query_of(land.omar, land.word("kept"), land.operation)
    land.rows |= {"export": export, "import": run, "saved query": saved}
    land.rows["snapshot"] = published(land)


def published(land: Land) -> Snapshot:
    """This will publish how much was sent; for everybody where the operation is public."""
    public = land.operation.public
    what = "shipments" if public else "sent"
    return publish_snapshot(
        title="open figures" if public else land.word("figures"),
        query=read_question(f"by=month&measure={what}&operation={land.operation.code}"),
        public=public,
        by=land.omar,
        at=datetime.now(UTC),
    )
