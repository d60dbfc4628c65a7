"""What the ledger knows of the weight of lines that were entered without one."""

from psycopg import sql

from regions.rights import rights_of
from shipments.querysets.totals.sources import ALL_LINES, JOIN_EVENT, Sources

# Asked of each such line by itself: narrow questions read little of the ledger.
LEARNED = """LEFT JOIN LATERAL (
    SELECT nullif(sum(d.weight_kg), 0) AS kg FROM {lines} AS d{event}
    WHERE x.weight_kg IS NULL AND d.line_id = x.line_id AND d.outcome = 'sent' AND {known}
) AS learned ON true"""


def learned_weight(sources: Sources) -> sql.Composable:
    """This will join to lines of shipments ``x`` the kilograms ``learned.kg``; NULL is unknown.

    A line is sent once and whole, so what was sent of it weighs what was announced. Days choose
    lines and change nothing about their weight; only ``as_of`` rewinds it.
    """
    as_of = sources.scope.as_of
    lines: sql.Composable = ALL_LINES
    if not rights_of(sources.user).reads_everywhere:
        # Not as rows that several questions share, which are kept aside without an index.
        lines = sources.bind.subquery(sources.visible_ledger())
    known: sql.Composable = sql.SQL("true")
    if as_of is not None:
        known = sql.SQL("e.recorded_at <= {}").format(sources.bind(as_of))
    event = sql.SQL("" if as_of is None else JOIN_EVENT)
    return sql.SQL(LEARNED).format(lines=lines, event=event, known=known)
