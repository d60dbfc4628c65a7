"""The people of the demonstration, and what each may do where."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import User
from regions.models import Grant, Region
from regions.rights import Role


@dataclass(frozen=True)
class Person:
    """An account of the demonstration; without a password nobody can sign in with it."""

    username: str
    name: str
    role: Role | None = None
    # Codes of regions; none at all means everywhere.
    regions: tuple[str, ...] = ()
    password: str = ""
    language: str = "en"


# The accounts a visitor may sign in with; the password is the same word as the name.
SIGN_IN = (
    Person(
        "coordinator",
        "Karabakh coordinator",
        Role.COORDINATOR,
        ("KARABAKH", "AZ-BAR", "AZ-TAR", "AM-SU", "AM-ER", "RU-MOS"),
        password="coordinator",  # noqa: S106 - a demonstration says its passwords aloud
    ),
    Person("analyst", "Analyst", Role.ANALYST, password="analyst"),  # noqa: S106
    Person("admin", "Admin", Role.ADMIN, password="admin"),  # noqa: S106
    Person("reader", "Reader without a role", password="reader"),  # noqa: S106
)
TEAMS = (
    Person("stepanakert-team", "Stepanakert team", Role.COORDINATOR, ("KARABAKH",)),
    Person("goris-team", "Goris team", Role.COORDINATOR, ("AM-SU", "AM-GR", "AZ-LAC")),
    Person("yerevan-team", "Yerevan team", Role.COORDINATOR, ("AM-ER", "AM-SH")),
    Person("baku-team", "Baku team", Role.COORDINATOR, ("AZ-BA", "AZ-GA")),
    Person(
        "barda-team",
        "Barda team",
        Role.COORDINATOR,
        ("AZ-BAR", "AZ-TAR", "AZ-AGM", "AZ-FUZ", "AZ-AGC"),
    ),
    Person("noginsk-team", "Noginsk team", Role.COORDINATOR, ("RU",)),
    Person(
        "pipeline-team", "International pipeline team", Role.COORDINATOR, ("FR", "CH", "AE", "GE")
    ),
)


def load_people() -> None:
    """This will add the accounts and their grants; an account that is there stays as it is."""
    regions = {region.code: region for region in Region.objects.all()}
    known = set(User.objects.values_list("username", flat=True))
    for person in (*SIGN_IN, *TEAMS):
        if person.username in known:
            continue
        user = User.objects.create_user(
            person.username,
            password=person.password or None,
            name=person.name,
            language=person.language,
            time_zone="Asia/Baku",
        )
        Grant.objects.bulk_create(
            Grant(user=user, role=role, region=regions.get(place)) for role, place in held(person)
        )


def held(person: Person) -> Iterator[tuple[Role, str]]:
    """This will list the roles of a person with the region of each, empty for everywhere."""
    if person.role:
        for place in person.regions or ("",):
            yield person.role, place
    if person in TEAMS:
        # A team follows what the others send, and records what is its own.
        yield Role.ANALYST, ""


def team_of() -> dict[str, str]:
    """This will name the team that records in each region: region code -> user name."""
    return {code: team.username for team in TEAMS for code in team.regions}
