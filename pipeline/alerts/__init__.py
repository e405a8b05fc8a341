"""Judge what was grouped: alerts with their evidence, what was kept back and why, tasks for those who own a fact."""

from pipeline.alerts.case import Place, Usual
from pipeline.alerts.gate import RULES
from pipeline.alerts.judge import Judgement, judge

__all__ = ["RULES", "Judgement", "Place", "Usual", "judge"]
