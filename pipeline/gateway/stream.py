"""Events as they come, over Server-Sent Events and WebSocket: two spellings of the hub's frames."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable

from aiohttp import WSCloseCode, WSMsgType, web

from pipeline.gateway import marks
from pipeline.gateway.filters import Filters
from pipeline.gateway.hub import Frame, Hub, Subscription
from pipeline.gateway.marks import Mark
from pipeline.gateway.metrics import Metrics
from pipeline.gateway.problems import Refused

logger = logging.getLogger(__name__)
# What the kernel holds for a client that does not read; its own default grows to megabytes.
KERNEL_BYTES = 65_536
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# How long a browser waits before it comes back.
BEGIN = b"retry: 2000\n\n"
WAITING = b": the store is being filled\n\n"
LARGEST_FROM_CLIENT = 1_024

Send = Callable[[Frame], Awaitable[None]]


def start(request: web.Request) -> Mark | None:
    """Where the client wants to go on; None: now. What a browser sends when it comes back is newer than its address."""
    given = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
    if not given:
        return None
    mark = marks.parse(given)
    if mark is None:
        raise Refused("invalid-parameter", "last_event_id: not an id of this stream, such as 0:41,1:7")
    return mark


async def server_sent(
    request: web.Request, hub: Hub, subscription: Subscription, metrics: Metrics
) -> web.StreamResponse:
    """The stream of one client, until it goes, stalls, or the server ends."""
    response = web.StreamResponse(headers=HEADERS)
    _shrink(request)
    await response.prepare(request)

    async def send(frame: Frame) -> None:
        await response.write(spelled(frame))

    await response.write(BEGIN)
    await _pump(request, hub, subscription, send, metrics)
    return response


async def web_socket(
    request: web.Request, hub: Hub, subscription: Subscription, metrics: Metrics
) -> web.StreamResponse:
    """The same as messages {"event", "id", "data"}; whatever the client says ends it."""
    response = web.WebSocketResponse(
        heartbeat=hub.limits.heartbeat_seconds, max_msg_size=LARGEST_FROM_CLIENT, compress=False
    )
    _shrink(request)
    await response.prepare(request)

    async def send(frame: Frame) -> None:
        if frame.name or frame.mark:
            await response.send_str(message(frame))

    pump = asyncio.create_task(_pump(request, hub, subscription, send, metrics))
    heard = asyncio.create_task(_listen(response))
    try:
        await asyncio.wait((pump, heard), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (pump, heard):
            task.cancel()
        await asyncio.gather(pump, heard, return_exceptions=True)
    if not response.closed:
        await response.close(code=WSCloseCode.GOING_AWAY if hub.closing else WSCloseCode.POLICY_VIOLATION)
    return response


async def _listen(response: web.WebSocketResponse) -> None:
    """Until the client closes, or says anything."""
    message = await response.receive()
    if message.type not in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
        logger.info("a client spoke on a stream", extra={"type": message.type.name})


async def _pump(request: web.Request, hub: Hub, subscription: Subscription, send: Send, metrics: Metrics) -> None:
    """Frames to the client; one that takes none within the limit is cut off."""
    try:
        while frames := await subscription.next(hub.limits.ping_seconds):
            for frame in frames:
                async with asyncio.timeout(hub.limits.write_seconds):
                    await send(frame)
    except TimeoutError:
        metrics.dropped += 1
        logger.info("a stalled stream is cut off", extra={"remote": request.remote})
        if request.transport is not None:
            request.transport.abort()
    except Refused as refused:
        # The answer has begun, so all that can be done is to end it: the client comes back with its last id.
        logger.info("a stream ends", extra={"code": refused.code, "remote": request.remote})
    except ConnectionError:
        pass  # the client is gone, which is its right


def spelled(frame: Frame) -> bytes:
    """A frame as an SSE block; JSON has no line breaks. One without a name moves the id, and keeps the line open."""
    if not frame.name:
        return b": ping\nid: %s\n\n" % frame.mark.encode() if frame.mark else WAITING
    return b"event: %s\nid: %s\ndata: %s\n\n" % (frame.name.encode(), frame.mark.encode(), frame.data)


def message(frame: Frame) -> str:
    """A frame as a WebSocket message."""
    name = b'"%s"' % frame.name.encode() if frame.name else b"null"
    return (b'{"event":%s,"id":"%s","data":%s}' % (name, frame.mark.encode(), frame.data or b"null")).decode()


def subscribed(request: web.Request, hub: Hub, asked: Filters) -> Subscription:
    """The client's subscription. Raises Refused."""
    return hub.subscribe(asked, start(request), _counted(request.remote))


def _counted(remote: str | None) -> str | None:
    """The address that streams are counted by; None for this machine's own: everybody behind a proxy has it."""
    return None if remote is None or remote == "::1" or remote.startswith("127.") else remote


def _shrink(request: web.Request) -> None:
    """Let the kernel hold little for this client."""
    own = None if request.transport is None else request.transport.get_extra_info("socket")
    if own is not None:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
