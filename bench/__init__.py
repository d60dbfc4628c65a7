"""The benchmark: what operations cost, as multiples of what PostgreSQL alone needs for the rows."""
