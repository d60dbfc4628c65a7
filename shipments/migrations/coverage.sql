-- What is needed in each region month by month, and the figures it rests on. The newest assessment
-- of the same goods holds until the next one, the newest count of people until the next count.
CREATE VIEW shipments_coverage AS
WITH counted AS (
    SELECT id, region_id, kind, date_trunc('month', counted_on::timestamp) AS since,
        lead(date_trunc('month', counted_on::timestamp)) OVER (
            PARTITION BY region_id, kind ORDER BY counted_on, id) AS ends
    FROM regions_population
), assessed AS (
    SELECT n.id, a.operation_id, a.region_id, coalesce(i.merged_into_id, i.id) AS item_id,
        n.category_id, n.unit, n.population_kind, n.quantity,
        date_trunc('month', a.assessed_on::timestamp) AS since,
        lead(date_trunc('month', a.assessed_on::timestamp)) OVER (
            PARTITION BY a.operation_id, a.region_id, coalesce(i.merged_into_id, i.id),
                n.category_id, n.unit ORDER BY a.assessed_on, n.id) AS ends
    FROM shipments_needline AS n
    JOIN shipments_needsassessment AS a ON a.id = n.assessment_id
    LEFT JOIN shipments_item AS i ON i.id = n.item_id
), areas AS (
    -- The regions that an operation works in, with all below them.
    SELECT DISTINCT o.operation_id, below.id AS region_id
    FROM shipments_operation_regions AS o
    JOIN regions_region AS area ON area.id = o.region_id
    JOIN regions_region AS below ON starts_with(below.path, area.path)
), newest AS (
    SELECT greatest(
        (SELECT max(since) FROM assessed), (SELECT max(since) FROM counted),
        -- The latest day that this moment can be anywhere: no event is of a later month.
        (SELECT date_trunc('month', max(occurred_at) AT TIME ZONE 'UTC' + interval '14 hours')
            FROM shipments_deliveryevent)
    ) AS month
), subjects AS (
    SELECT operation_id, region_id, item_id, category_id, unit, id AS need_id,
        population_kind, quantity IS NULL AS by_person, since, ends
    FROM assessed
    UNION ALL
    -- All goods together, for each displaced person.
    SELECT areas.operation_id, counted.region_id, NULL, NULL, 'kg', NULL, kind, true, since, ends
    FROM counted JOIN areas ON areas.region_id = counted.region_id
    WHERE kind = 'displaced'
), months AS (
    SELECT s.*, m.month
    FROM subjects AS s CROSS JOIN newest CROSS JOIN LATERAL generate_series(
        s.since, coalesce(s.ends - interval '1 month', newest.month), interval '1 month') AS m (month)
)
SELECT
    row_number() OVER (
        ORDER BY m.month, region.path DESC, m.need_id IS NULL, m.operation_id DESC, m.need_id DESC
    ) AS id,
    m.operation_id, m.region_id, m.item_id, m.category_id, m.unit, m.need_id,
    c.id AS population_id, m.population_kind, m.month::date AS month,
    (m.month + interval '1 month' - interval '1 day')::date AS until,
    -- The newest month in which a figure of the operation's region changed.
    max(greatest(m.since, c.since)) OVER (PARTITION BY m.operation_id, m.region_id)::date AS changed
FROM months AS m
JOIN regions_region AS region ON region.id = m.region_id
LEFT JOIN counted AS c ON m.by_person AND c.region_id = m.region_id AND c.kind = m.population_kind
    AND c.since <= m.month AND (c.ends IS NULL OR c.ends > m.month);
