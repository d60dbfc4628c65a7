"""Days, ISO weeks, months, quarters and years, as answers write them."""

from datetime import date, timedelta


def written_period(kind: str, day: date) -> str:
    """This will write the period a day lies in: 2020-11-25, 2020-W48, 2020-11, 2020-Q4, 2020."""
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if kind == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return {"day": day.isoformat(), "month": f"{day:%Y-%m}", "year": f"{day.year:04}"}[kind]


def first_day(kind: str, text: str) -> date:
    """This will give the first day of a period as ``written_period`` writes it."""
    if kind == "day":
        return date.fromisoformat(text)
    if kind == "week":
        return date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
    if kind == "quarter":
        return date(int(text[:4]), int(text[6:]) * 3 - 2, 1)
    if kind == "month":
        return date(int(text[:4]), int(text[5:]), 1)
    return date(int(text), 1, 1)


def next_period(kind: str, day: date) -> date:
    """This will give the first day of the period after the one that begins on the day."""
    if kind == "day":
        return day + timedelta(days=1)
    if kind == "week":
        return day + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)


def last_day(kind: str, text: str) -> date:
    return next_period(kind, first_day(kind, text)) - timedelta(days=1)
