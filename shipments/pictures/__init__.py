"""Pictures drawn as SVG text: plain values in, one string out, no models and no HTTP."""

from shipments.pictures.bars import Series, draw_stacked_bars
from shipments.pictures.map import Spot, draw_map, without_outline
from shipments.pictures.progress import Part, draw_progress

__all__ = [
    "Part",
    "Series",
    "Spot",
    "draw_map",
    "draw_progress",
    "draw_stacked_bars",
    "without_outline",
]
