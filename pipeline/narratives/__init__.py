"""Group texts that tell the same story: streaming in publication order, pure, the same however the work is cut up."""

from pipeline.narratives.grouping import Grouping, group
from pipeline.narratives.series import collected, series_cells, themes

__all__ = ["Grouping", "collected", "group", "series_cells", "themes"]
