"""Listening: where, for whom, and until when."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from pipeline.errors import SettingsError
from pipeline.sources.live.push import keys
from pipeline.sources.live.push.server import Options, PushServer, Setting
from tests.sources.live.push.conftest import TOPIC, Begin, Kafka, eventually, inline

BODY = b'{"guid": "7", "text": "Talks."}'


def setting(folder: Path, options: Options) -> Setting:
    return Setting(name="push", topic=TOPIC, article_bytes=1000, state=folder, options=options)


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "news.example"])
async def test_nothing_is_open_to_others_while_nobody_has_a_key(tmp_path: Path, host: str, kafka: Kafka) -> None:
    """A revoked key is none."""
    path = tmp_path / keys.FILE
    keys.add(path, keys.issue("acme", ["acme"], signed=False, now="2024-06-16T08:00:00.000Z").key)
    keys.revoke(path, "acme", now="2024-06-16T08:00:00.000Z")
    server = PushServer(setting(tmp_path, Options(listen=f"{host}:0")), kafka, inline)
    with pytest.raises(SettingsError, match="tickertape ingest key new"):
        await server.start()


async def test_at_home_it_listens_without_keys_and_lets_nobody_in(tmp_path: Path, kafka: Kafka) -> None:
    server = PushServer(setting(tmp_path, Options(listen="127.0.0.1:0")), kafka, inline)
    await server.start()
    async with aiohttp.ClientSession() as session, session.post(server.url + "/v1/articles", data=BODY) as answer:
        assert answer.status == 401
    await server.close()


async def test_a_port_that_is_taken_is_said_and_nothing_is_left_open(
    world: Begin, tmp_path: Path, kafka: Kafka
) -> None:
    async with world() as w:
        taken = w.server.url.removeprefix("http://")
        with pytest.raises(SettingsError, match="change `listen`"):
            await PushServer(setting(tmp_path / "other", Options(listen=taken)), kafka, inline).start()


async def test_a_certificate_that_is_none_is_said(tmp_path: Path, kafka: Kafka) -> None:
    (tmp_path / "cert.pem").write_text("no certificate")
    options = Options(listen="127.0.0.1:0", tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "cert.pem")
    with pytest.raises(SettingsError, match="tls_cert"):
        await PushServer(setting(tmp_path, options), kafka, inline).start()


async def test_other_routes_share_the_port(tmp_path: Path, kafka: Kafka) -> None:
    """Such as WebSub's callbacks."""

    async def hello(request: web.Request) -> web.Response:
        return web.Response(text=request.match_info["name"])

    more = [web.get("/v1/websub/{name}", hello)]
    server = PushServer(setting(tmp_path, Options(listen="127.0.0.1:0")), kafka, inline, more)
    await server.start()
    async with aiohttp.ClientSession() as session, session.get(server.url + "/v1/websub/feed") as answer:
        assert await answer.text() == "feed"
    await server.close()


async def test_closing_waits_for_what_is_on_its_way(world: Begin, kafka: Kafka) -> None:
    """The client gets its receipt; nobody new gets in."""
    kafka.gate = asyncio.Event()
    async with world() as w:
        first = asyncio.create_task(w.post(BODY))
        await eventually(lambda: kafka.waiting == 1)
        url = w.server.url
        closing = asyncio.create_task(w.server.close())
        await asyncio.sleep(0)
        with pytest.raises(aiohttp.ClientConnectorError):
            async with aiohttp.ClientSession() as session, session.get(url + "/livez"):
                pass
        kafka.gate.set()
        assert (await first).status == 202
        await closing
