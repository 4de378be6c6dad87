"""Where events go: files for analysts, and whoever asked to be told."""
