"""What the ledger says of each line, in counters that its trigger writes."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shipments.models.fields import QuantityField
from shipments.models.ledger import Outcome
from shipments.models.shipments import ShipmentLine


def counter() -> QuantityField:
    """This will make a column that the ledger's trigger adds to."""
    return QuantityField(default=0, editable=False)


def generated(expression: str) -> "models.GeneratedField":
    """This will make a stored column that the database computes from the counters."""
    return models.GeneratedField(
        expression=models.expressions.RawSQL(expression, ()),  # noqa: S611
        output_field=QuantityField(),
        db_persist=True,
    )


SENT_LESS_ACCOUNTED = "sent - (received + damaged + lost + returned)"
KG_LESS_ACCOUNTED = "sent_kg - (received_kg + damaged_kg + lost_kg + returned_kg)"


class LineBalance(models.Model):
    """What the ledger says of one shipment line; written by a trigger and by nothing else.

    sent + surplus = received + damaged + lost + returned + outstanding, in quantity and in
    kilograms. Kilograms are 0 while the line's weight is unknown (``sent_kg`` = 0).
    """

    line = models.OneToOneField(
        ShipmentLine, on_delete=models.DO_NOTHING, primary_key=True, related_name="balance"
    )
    sent = counter()
    received = counter()
    damaged = counter()
    lost = counter()
    returned = counter()
    handed_over = counter()
    distributed = counter()
    declared_surplus = counter()
    onward = counter()
    sent_kg = counter()
    received_kg = counter()
    damaged_kg = counter()
    lost_kg = counter()
    returned_kg = counter()
    handed_over_kg = counter()
    distributed_kg = counter()
    outstanding = generated(f"greatest({SENT_LESS_ACCOUNTED}, 0)")
    surplus = generated(f"greatest(-({SENT_LESS_ACCOUNTED}), 0)")
    outstanding_kg = generated(
        f"case when {SENT_LESS_ACCOUNTED} > 0 then {KG_LESS_ACCOUNTED} else 0 end"
    )
    surplus_kg = generated(
        f"case when {SENT_LESS_ACCOUNTED} < 0 then -({KG_LESS_ACCOUNTED}) else 0 end"
    )

    class Meta:
        verbose_name = _("balance of a line")
        verbose_name_plural = _("balances of lines")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    *((f"{name}__gte", 0) for name in (*Outcome.values, "declared_surplus"))
                ),
                name="balance_never_below_zero",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    sent__gte=F("received")
                    + F("damaged")
                    + F("lost")
                    + F("returned")
                    - F("declared_surplus")
                ),
                name="balance_no_more_than_outstanding",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_over__lte=F("received")),
                name="balance_handed_over_was_received",
            ),
            models.CheckConstraint(
                condition=models.Q(distributed__lte=F("received")),
                name="balance_distributed_was_received",
            ),
            models.CheckConstraint(
                condition=models.Q(onward__gte=0, onward__lte=F("received")),
                name="balance_onward_was_received",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_kg__gt=0)
                | models.Q(received_kg=0, damaged_kg=0, lost_kg=0, returned_kg=0),
                name="balance_weight_was_sent",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    *(
                        models.Q((f"{name}_kg", 0))
                        | models.Q((f"{name}__gt", 0), (f"{name}_kg__gt", 0))
                        for name in Outcome.values
                    )
                ),
                name="balance_weight_has_a_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}"
