"""What stands of a window in its topic."""

from pipeline.stories.packing import sealed, take_changes, unpack
from pipeline.stories.records import StoryIndex
from pipeline.stories.window import Window


class Written:
    """The parts, in no order of ours."""

    def __init__(self) -> None:
        self.parts: dict[str, StoryIndex] = {}
        self.index = StoryIndex(stories=[])

    def write(self, window: Window) -> None:
        """All that changed, and the seal."""
        for story_id, line in take_changes(window).items():
            if line is None:
                self.parts.pop(story_id, None)
            else:
                self.parts[story_id] = StoryIndex(stories=[line])
        self.index = sealed(window) or self.index

    def read(self) -> Window:
        """The window, as whoever owns the partition next has it."""
        return unpack(self.index, (self.parts[story_id] for story_id in sorted(self.parts)))
