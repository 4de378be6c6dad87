"""All stages by name, in the order in which the data meets them."""

from pipeline.stages.alerts import ALERTS_STAGE
from pipeline.stages.annotate import ANNOTATE
from pipeline.stages.base import Stage
from pipeline.stages.gather import GATHER
from pipeline.stages.route import ROUTE
from pipeline.stages.stories import STORIES_STAGE

STAGES: dict[str, Stage] = {stage.name: stage for stage in (ANNOTATE, ROUTE, GATHER, STORIES_STAGE, ALERTS_STAGE)}
