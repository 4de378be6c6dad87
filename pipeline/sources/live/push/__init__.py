"""Articles that others send: `POST /v1/articles`, answered with where they stand in Kafka, and only once they stand there.

    server ── routes ── keys, signature, limits     who may, and how much at a time
                    ├── body                        bytes → items
                    ├── delivery ── receipts        items → Kafka → one result each, the same again for an Idempotency-Key
                    └── problems                    what is refused, as RFC 9457 has it

`openapi` says all that to machines, out of the same tables.
"""
