"""A message becomes the messages that it causes: the stages, pure."""
