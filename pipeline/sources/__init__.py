"""The world → articles: one module a format, each a generator of `Article | Rejected`; `files.read` picks one."""
