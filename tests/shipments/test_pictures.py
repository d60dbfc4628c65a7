"""Pictures say what the numbers say, in XML that any reader opens."""

import gzip
import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from regions.boundaries import all_shapes
from shipments.pictures import (
    Part,
    Series,
    Spot,
    draw_map,
    draw_progress,
    draw_stacked_bars,
    without_outline,
)
from shipments.pictures.bars import FILLS
from shipments.pictures.labels import circle_box, free_place, meet
from shipments.pictures.scale import bounds, ticks

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> \" onload='x' & \x00\x1b\ud800 \u202e"
MONTHS = ["Nov 2020", "Dec 2020", "Jan 2021"]
NOTE = "Boundaries express no opinion."


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def tonnes(value: float) -> str:
    return f"{value:,.0f} t"


def up_to(value: float) -> str:
    return f"up to {tonnes(value)}"


def bars(*series: Series, periods: list[str] = MONTHS, hrefs: list[str] | None = None) -> str:
    return draw_stacked_bars(
        periods,
        series,
        title="Per month",
        description="Received.",
        other="Other",
        number=tonnes,
        hrefs=hrefs or [],
    )


def map_of(*spots: Spot) -> str:
    return draw_map(
        all_shapes(),
        spots,
        title="Where aid went",
        description="Received.",
        note=NOTE,
        up_to=up_to,
    )


def spot(code: str, value: float | None, name: str = "Somewhere", href: str = "") -> Spot:
    return Spot(code, name, value, "unknown" if value is None else tonnes(value), href)


def groups(picture: str) -> dict[str, list[tuple[float, float]]]:
    """Return the (top, height) of the pieces of each series, bar by bar."""
    return {
        group.get("class", ""): [
            (float(rect.get("y", "")), float(rect.get("height", "")))
            for rect in group.findall(f"{SVG}rect")
        ]
        for group in parsed(picture).findall(f"{SVG}g")
        if re.fullmatch(r"s\d", group.get("class", ""))
    }


def circles(picture: str) -> list[float]:
    """Return the radii of the circles on the map, its legend left out."""
    root = parsed(picture)
    marks = [
        circle for circle in root.iter(f"{SVG}circle") if circle.find(f"{SVG}title") is not None
    ]
    return [float(circle.get("r", "")) for circle in marks]


def texts(picture: str) -> list[str]:
    return ["".join(text.itertext()) for text in parsed(picture).iter(f"{SVG}text")]


def test_bars_start_at_zero_and_heights_are_the_values() -> None:
    shelter = Series("Shelter", [Decimal("120.5"), 400, 0])
    health = Series("Health", [Decimal(30), 80, 10])
    drawn = groups(bars(shelter, health))
    low, high = drawn["s1"], drawn["s2"]
    zero = low[0][0] + low[0][1]
    assert low[1][0] + low[1][1] == pytest.approx(zero, abs=0.02)
    assert high[2][0] + high[2][1] == pytest.approx(zero, abs=0.02), "Nothing lies under it."
    unit = low[1][1] / 400
    assert [height / unit for _, height in low] == pytest.approx([120.5, 400], abs=0.1)
    assert [height / unit for _, height in high] == pytest.approx([30, 80, 10], abs=0.1)
    assert high[0][0] + high[0][1] == pytest.approx(low[0][0], abs=0.02), "It stands on the first."


def test_a_net_change_below_zero_hangs_under_the_line() -> None:
    ((top, height), (below, depth)) = groups(bars(Series("Left", [50, -20, None])))["s1"]
    assert below == pytest.approx(top + height, abs=0.02)
    assert depth / height == pytest.approx(20 / 50, abs=0.01)


def test_at_most_five_series_and_the_rest_are_drawn() -> None:
    series = [Series(f"Item {size}", [size, 2 * size, None]) for size in range(1, 10)]
    picture = bars(*series)
    assert sorted(groups(picture)) == ["s1", "s2", "s3", "s4", "s5", "s6"]
    names = [text for text in texts(picture) if text.startswith(("Item", "Other"))]
    assert names == ["Other", "Item 5", "Item 6", "Item 7", "Item 8", "Item 9"]
    assert tonnes(3 * (1 + 2 + 3 + 4)) in texts(picture)


def test_five_series_need_no_rest() -> None:
    picture = bars(*(Series(f"Item {size}", [size, size, size]) for size in range(1, 6)))
    assert "Other" not in texts(picture)
    assert len(groups(picture)) == 5


def test_many_months_keep_their_names_apart() -> None:
    periods = [f"{month:02d} {year}" for year in range(2020, 2023) for month in range(1, 13)]
    picture = bars(Series("Shelter", range(36)), periods=periods)
    written = [
        float(text.get("x", ""))
        for text in parsed(picture).iter(f"{SVG}text")
        if "".join(text.itertext()) in periods
    ]
    assert len(written) > 4
    assert min(after - before for before, after in pairwise(written)) > 38


def test_each_bar_leads_to_its_rows() -> None:
    picture = bars(Series("Shelter", [1, 2, 3]), hrefs=["/a?x=1&y=2", "/b", "/c"])
    links = parsed(picture).findall(f"{SVG}a")
    assert [link.get("href") for link in links] == ["/a?x=1&y=2", "/b", "/c"]
    assert links[1].get("aria-label") == "Dec 2020: 2 t"


@pytest.mark.parametrize("periods", [[], MONTHS])
def test_nothing_to_draw_is_still_a_picture(periods: list[str]) -> None:
    assert parsed(bars(periods=periods)).tag == f"{SVG}svg"


def test_larger_values_get_larger_circles_of_five_sizes() -> None:
    codes = ["AZ-XA", "AZ-SUS", "AZ-TAR", "AZ-XVD", "AZ-BAR", "AZ-GA", "AM-SU"]
    values = [812, 430, 190, 90, 40, 39, 0]
    sizes = circles(map_of(*(spot(code, value) for code, value in zip(codes, values, strict=True))))
    assert sizes == sorted(sizes, reverse=True), "Large ones are drawn first, under small ones."
    assert len(set(sizes)) == 5


def test_the_legend_names_the_bound_of_each_size() -> None:
    picture = map_of(spot("AZ-XA", 812), spot("AZ-BAR", 41))
    assert [text for text in texts(picture) if text.startswith("up to")] == [
        "up to 50 t",
        "up to 100 t",
        "up to 200 t",
        "up to 500 t",
        "up to 1,000 t",
    ]


def test_an_unknown_weight_is_a_hollow_circle_and_not_a_small_one() -> None:
    root = parsed(map_of(spot("AZ-XA", 812), spot("AZ-LAC", None)))
    hollow = [circle for circle in root.iter(f"{SVG}circle") if circle.get("fill") == "none"]
    assert len(hollow) == 1
    assert hollow[0].findtext(f"{SVG}title") == "Somewhere: unknown"


def test_a_region_without_outline_is_left_for_the_list_below() -> None:
    known, unknown = spot("AZ-XA", 812), spot("XX-1", 5)
    assert without_outline(all_shapes(), [known, unknown]) == [unknown]
    assert len(circles(map_of(known, unknown))) == 1
    assert map_of(unknown) == ""


def test_the_border_between_the_countries_is_dashed_and_drawn_once() -> None:
    root = parsed(map_of(spot("AM-SU", 10), spot("AZ-LAC", 20)))
    dashed = [path for path in root.iter(f"{SVG}path") if path.get("stroke-dasharray")]
    assert len(dashed) == 1
    agreed = draw_map(
        all_shapes(),
        [spot("AM-SU", 10)],
        title="",
        description="",
        note="",
        up_to=up_to,
        disputed=frozenset(),
    )
    assert not [path for path in parsed(agreed).iter(f"{SVG}path") if path.get("stroke-dasharray")]


def test_the_note_about_borders_travels_with_the_map() -> None:
    assert NOTE in " ".join(texts(map_of(spot("AZ-XA", 1))))


def test_names_cover_neither_each_other_nor_a_circle() -> None:
    centres = [(50.0 + 80 * (index % 4), 30.0 + 48 * (index // 4)) for index in range(20)]
    taken = [circle_box(x, y, 9) for x, y in centres]
    for x, y in centres:
        place = free_place(x, y, 9, ["A name", "12 t"], (360, 250), taken)
        if place:
            assert not [box for box in taken if meet(place.box, box)]
            taken.append(place.box)
    assert len(taken) == 40, "Every name found a place."


def test_a_name_without_a_place_is_left_to_the_table() -> None:
    crowd = [(0.0, 0.0, 360.0, 250.0)]
    assert free_place(180, 125, 9, ["A name", "12 t"], (360, 250), crowd) is None


def test_progress_shows_each_share_and_leaves_the_rest() -> None:
    picture = draw_progress(
        [Part("good", 380, "380 received"), Part("bad", Decimal(20), "20 damaged")],
        whole=420,
        title="400 of 420",
    )
    widths = {
        rect.get("class"): float(rect.get("width", ""))
        for rect in parsed(picture).iter(f"{SVG}rect")
    }
    assert widths["good"] == pytest.approx(100 * 380 / 420, abs=0.01)
    assert widths["bad"] == pytest.approx(100 * 20 / 420, abs=0.01)
    assert widths["rest"] == 100


def test_a_surplus_fills_the_bar_and_does_not_burst_it() -> None:
    picture = draw_progress([Part("good", 500, "500")], whole=420, title="500 of 420")
    (good,) = [rect for rect in parsed(picture).iter(f"{SVG}rect") if rect.get("class") == "good"]
    assert good.get("width") == "100"


def test_nothing_sent_yet_is_an_empty_bar() -> None:
    assert "good" not in draw_progress([Part("good", 0, "0")], whole=0, title="Nothing sent.")


def pictures(words: str) -> list[str]:
    return [
        bars(Series(words, [1, 2, 3]), periods=[words] * 3, hrefs=[words] * 3),
        draw_map(
            all_shapes(),
            [Spot("AZ-XA", words, 5, words, words)],
            title=words,
            description=words,
            note=words,
            up_to=lambda _: words,
        ),
        draw_progress([Part("good", 1, words)], whole=2, title=words),
    ]


def test_hostile_names_stay_words() -> None:
    for picture in pictures(HOSTILE):
        root = parsed(picture)
        assert not [node for node in root.iter() if node.tag.endswith("script")]
        assert not [key for node in root.iter() for key in node.attrib if key.startswith("on")]
        picture.encode("utf-8")


def test_no_picture_carries_style_script_or_another_address() -> None:
    for picture in pictures("Goris"):
        assert not re.search(r"style=|<style|<script|javascript:", picture)
        assert re.findall(r"https?://[^\"]+", picture) == ["http://www.w3.org/2000/svg"]


def test_pictures_are_named_and_described_and_never_mirrored() -> None:
    for picture in pictures("Goris"):
        root = parsed(picture)
        ids = {node.get("id") for node in root.iter()}
        assert root.get("aria-labelledby") in ids
        assert root.get("aria-describedby") in ids
        assert root.get("dir") == "ltr"


def test_map_and_chart_leave_room_for_the_page() -> None:
    spots = [spot(code, 10 + index, f"Region {index}") for index, code in enumerate(all_shapes())]
    series = [Series(f"Category {index}", range(index, index + 36)) for index in range(9)]
    periods = [f"Month {index}" for index in range(36)]
    whole = map_of(*spots) + bars(*series, periods=periods)
    assert len(gzip.compress(whole.encode(), 6)) <= 22 * 1024


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([812.0, 41.0], [50, 100, 200, 500, 1000]),
        ([1.0], [0.05, 0.1, 0.2, 0.5, 1]),
        ([90_000.0, 3.0], [10, 100, 1000, 10_000, 100_000]),
        ([], [0.05, 0.1, 0.2, 0.5, 1]),
    ],
)
def test_size_classes_are_round(values: list[float], expected: list[float]) -> None:
    assert bounds(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 380, [0, 100, 200, 300, 400]),
        (0, 0, [0, 1]),
        (-20, 50, [-20, 0, 20, 40, 60]),
        (5, 7, [0, 2, 4, 6, 8]),
    ],
)
def test_axes_hold_zero_and_round_steps(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_there_is_a_colour_for_every_series_and_the_rest() -> None:
    assert len(set(FILLS)) == 6


def test_many_circles_shrink_so_that_the_map_stays_a_map() -> None:
    few = circles(map_of(spot("AZ-XA", 90), spot("AZ-BAR", 90)))
    many = circles(map_of(*(spot(code, 90) for code in all_shapes())))
    assert max(many) < max(few)
    assert sum(3.1416 * size**2 for size in many) <= 0.161 * 360 * 360
