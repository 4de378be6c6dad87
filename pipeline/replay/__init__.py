"""Archives, topics and dead letters → news.articles-backfill.v1, at a measured pace, and never twice."""
