"""How much the gateway takes on at a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All that is bounded. At worst `clients` queues of `queue_bytes` are held, of messages that they share."""

    connections: int = 1_024
    header_bytes: int = 16_384
    # An update travels to 500 streams in milliseconds; more belong on several gateways.
    clients: int = 512
    # Addresses of this machine are not counted: everybody behind a proxy has them.
    clients_per_address: int = 32
    queue_messages: int = 256
    queue_bytes: int = 1024 * 1024
    # Of the store, at a time, for who is behind: what he does not take of it is held for him alone. Measured with 200 who take
    # nothing: chunks of a whole queue, read for all at once, took 1.1 GB.
    chunk_messages: int = 16
    chunks: int = 4
    # Whoever does not take a message within this time is gone, or as good as gone.
    write_seconds: float = 10.0
    ping_seconds: float = 15.0
    # A WebSocket whose client does not answer a ping within half of this is closed.
    heartbeat_seconds: float = 15.0
    # Who is further behind than this is told to begin anew: reading the store is cheaper than so many messages.
    replay_messages: int = 100_000
    page_events: int = 1_000
    export_events: int = 10_000
    read_seconds: float = 5.0
