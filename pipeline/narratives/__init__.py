"""Group texts that tell the same story: streaming in publication order, pure, the same however the work is cut up."""

from pipeline.narratives.grouping import Grouping, group, in_scope
from pipeline.narratives.series import collected, series_cells, themes

__all__ = ["Grouping", "collected", "group", "in_scope", "series_cells", "themes"]
