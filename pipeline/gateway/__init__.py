"""What dashboards subscribe to: events over HTTP, live and from history.

server ── routes, pages, guard       what is answered, and to whom
             ├── queries ◀── readers      the store, read in threads
             ├── stream ◀── hub           SSE and WebSocket: one reader of Kafka for all clients
             └── health, metrics, openapi
fill ──▶ store                       Kafka → SQLite, offsets and rows in one transaction
filters ◀── rows                     a query string → SQL, and → a predicate on a live event; pure
"""
