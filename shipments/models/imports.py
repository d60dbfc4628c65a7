"""A spreadsheet's way into the ledger: the run, its rows, and what its sender chose before."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shipments.models.ledger import DeliveryEvent
from shipments.models.shipments import Shipment
from shipments.querysets import ImportRowQuerySet, ImportRunQuerySet


class ImportKind(models.TextChoices):
    """The six kinds of spreadsheet that can be read in."""

    PACKING_LIST = "packing_list", _("packing list")
    DELIVERIES = "deliveries", _("deliveries")
    ITEMS = "items", _("items")
    DESTINATIONS = "destinations", _("destinations")
    DONORS = "donors", _("donors")
    POPULATIONS = "populations", _("population figures")


class ImportStatus(models.TextChoices):
    """How far a run is."""

    READING = "reading", _("reading")
    NEEDS_MAPPING = "needs_mapping", _("needs its columns matched")
    CHECKED = "checked", _("checked")
    IMPORTING = "importing", _("importing")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    UNDONE = "undone", _("undone")


class ImportStep(models.TextChoices):
    """What a worker has to do next; a run without a step waits for a person."""

    READ = "read", _("read the file")
    CHECK = "check", _("check the rows")
    APPLY = "apply", _("import the rows")
    UNDO = "undo", _("take the rows back")


class ImportMode(models.TextChoices):
    """What happens when some rows cannot be imported."""

    ALL_OR_NOTHING = "all_or_nothing", _("all or nothing")
    GOOD_ROWS = "good_rows", _("import the good rows")


class ImportRun(models.Model):
    """One file on its way into the ledger, from upload to done; it can be undone."""

    kind = models.CharField(_("kind"), max_length=12, choices=ImportKind.choices)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(_("file"), upload_to="imports/%Y/%m")
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    delimiter = models.CharField(_("delimiter"), max_length=1, blank=True)
    sheets = models.JSONField(default=list, help_text=_("Names of the sheets of the workbook."))
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    header_row = models.PositiveIntegerField(
        _("header row"), null=True, blank=True, help_text=_("0 means that there is none.")
    )
    date_order = models.CharField(
        _("order of dates"),
        max_length=3,
        blank=True,
        choices=[("dmy", "dmy"), ("mdy", "mdy"), ("ymd", "ymd")],
    )
    mapping = models.JSONField(default=dict, help_text=_("Column letter to target."))
    constants = models.JSONField(default=dict, help_text=_("Target to the value of all rows."))
    choices = models.JSONField(
        default=dict, help_text=_("Target to what was found to what it stands for.")
    )
    as_above = models.JSONField(
        default=list, help_text=_("Letters of the columns whose blanks mean “as above”.")
    )
    columns = models.JSONField(default=list, help_text=_("What was proposed for each column."))
    values = models.JSONField(default=list, help_text=_("Words that were not recognised."))
    remarks = models.JSONField(default=list, help_text=_("What to know about the file."))
    counts = models.JSONField(default=dict, help_text=_("Rows by what became of them."))
    created = models.JSONField(default=dict, help_text=_("What was created, by noun."))
    mode = models.CharField(
        max_length=14, choices=ImportMode.choices, default=ImportMode.ALL_OR_NOTHING
    )
    status = models.CharField(
        _("status"), max_length=13, choices=ImportStatus.choices, default=ImportStatus.READING
    )
    step = models.CharField(
        max_length=5, choices=ImportStep.choices, blank=True, default=ImportStep.READ
    )
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Why rows replace what is there.")
    )
    cancel_asked = models.BooleanField(default=False)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, help_text=_("Until when a worker holds it."))
    detail = models.TextField(blank=True, help_text=_("Why it failed, as a sentence."))
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ImportKind.values), name="import_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ImportStatus.values), name="import_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=ImportMode.values), name="import_mode_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(step__in=["", *ImportStep.values]), name="import_step_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ImportStatus.FAILED) | ~models.Q(detail=""),
                name="import_failure_says_why",
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="import_sha256")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.pk})"


class RowState(models.TextChoices):
    """What became of a row; the first three wait for the import."""

    READY = "ready", _("ready")
    WARNING = "warning", _("ready, with a warning")
    ERROR = "error", _("needs fixing")
    BLANK = "blank", _("blank")
    TOTALS = "totals", _("a row of totals")
    ALREADY_HERE = "already_here", _("already here")
    CHANGED = "changed", _("changed since; needs a decision")
    APPLIED = "applied", _("imported")
    REJECTED = "rejected", _("not imported")
    KEPT = "kept", _("imported, and kept when the rest was undone")


# Counted apart from the rows that were never imported, whose state these share again.
TAKEN_BACK = "taken_back"


class Decision(models.TextChoices):
    """What a person decided about a row that says something else than what is there."""

    KEEP = "keep", _("keep what is there")
    REPLACE = "replace", _("replace it by the row")


class ImportRow(models.Model):
    """One row of an imported spreadsheet: what it says, what is wrong, what became of it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text=_("As the spreadsheet program shows it."))
    cells = models.JSONField(default=list, help_text=_("The cells as read, in column order."))
    fixes = models.JSONField(default=dict, help_text=_("Column letter to what was typed instead."))
    filled = models.JSONField(
        default=dict, help_text=_("Column letter to the cell above, for blanks that mean it.")
    )
    state = models.CharField(max_length=12, choices=RowState.choices)
    problems = models.JSONField(default=list)
    differences = models.JSONField(
        default=list, help_text=_("What is here and what the row says, where the two differ.")
    )
    decision = models.CharField(_("decision"), max_length=7, blank=True, choices=Decision.choices)
    key = models.UUIDField(null=True, help_text=_("By which the row is known when it comes again."))
    event = models.ForeignKey(
        DeliveryEvent, on_delete=models.PROTECT, null=True, related_name="import_rows"
    )
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, related_name="import_rows"
    )
    record = models.CharField(
        max_length=80, blank=True, help_text=_("Code of the reference record it made or changed.")
    )

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=RowState.values), name="import_row_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(decision__in=["", *Decision.values]),
                name="import_row_decision_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "state"], name="import_row_state"),
            # The rows of the next chunk, and those that make an event or a shipment with them.
            models.Index(
                fields=["run", "number"],
                name="import_row_next",
                condition=models.Q(state__in=("ready", "warning")),
            ),
            models.Index(
                fields=["run", "key"],
                name="import_row_mates",
                condition=models.Q(state__in=("ready", "warning", "changed")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class RememberedChoice(models.Model):
    """What a sender chose once for a column title or an unknown word, to be proposed again."""

    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=ImportKind.choices)
    target = models.CharField(
        max_length=40, help_text=_("What the word is a value of; “column” for a column's title.")
    )
    found = models.CharField(max_length=200, help_text=_("The word, folded."))
    chosen = models.CharField(max_length=80, blank=True, help_text=_("Empty means: leave it out."))

    class Meta:
        verbose_name = _("remembered choice")
        verbose_name_plural = _("remembered choices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ImportKind.values), name="remembered_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["sender", "kind", "target", "found"], name="remembered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.found} → {self.chosen}"


class NamedMapping(models.Model):
    """How the columns of one sender's sheets are matched, kept under a name to be chosen again."""

    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=ImportKind.choices)
    name = models.CharField(_("name"), max_length=80)
    columns = models.JSONField(
        default=dict, help_text=_("Folded title of a column to target; empty means: leave it out.")
    )
    constants = models.JSONField(default=dict, help_text=_("Target to the value of all rows."))
    date_order = models.CharField(_("order of dates"), max_length=3, blank=True)

    class Meta:
        verbose_name = _("saved matching")
        verbose_name_plural = _("saved matchings")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ImportKind.values), name="named_mapping_kind_is_known"
            ),
            models.UniqueConstraint(fields=["sender", "kind", "name"], name="named_mapping_once"),
        ]

    def __str__(self) -> str:
        return self.name
