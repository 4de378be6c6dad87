"""Sources that go on: each is polled again and again (`base.Source`), or is a server that others push to."""
