"""The dashboard in a real browser, against a gateway that speaks the contract."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pipeline import codec
from pipeline.alerts import declared
from tests.gateway.browser import axe_source, chromium, watched
from tests.gateway.fake_gateway import STATIC, FakeGateway
from tests.gateway.hostile import payloads, scroll_through
from tests.gateway.made_events import make, stamp

NOW = datetime.now(UTC)
Event = dict[str, Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with FakeGateway(make(number, before=NOW) for number in range(60)) as served:
        yield served


@pytest.fixture
def page(browser: Browser, gateway: FakeGateway) -> Iterator[Page]:
    with watched(browser, gateway.address) as opened:
        go(opened, gateway)
        yield opened


def go(page: Page, gateway: FakeGateway, address: str = "/") -> None:
    """Open it, and wait for the counts and the stream."""
    page.goto(gateway.address + address)
    expect(page.locator("#count")).to_contain_text("event")
    expect(page.locator("#stream")).to_have_text("Live")


def newest(gateway: FakeGateway) -> Event:
    return max(gateway.events.values(), key=lambda event: (event["article"]["published_at"], event["event_id"]))


def row(page: Page, event: Event) -> Any:
    return page.locator(f'.row[data-id="{event["event_id"]}"]')


def test_event_that_is_detected_stands_on_top(page: Page, gateway: FakeGateway) -> None:
    """With its badge; counts follow."""
    event = make(1000, at=NOW)
    gateway.push(event)
    expect(row(page, event).locator(".badge")).to_have_text("new")
    expect(row(page, event)).to_have_attribute("aria-posinset", "1")
    expect(page.locator("#count")).to_have_text("61 events")
    expect(page.locator("#spoken")).to_contain_text(event["sentence"]["text"])


def test_update_replaces_and_retraction_strikes_through(page: Page, gateway: FakeGateway) -> None:
    event = newest(gateway)
    gateway.push({**event, "revision": 2, "change": "updated", "modality": "denied"})
    expect(row(page, event).locator(".badge.updated")).to_have_text("updated")
    expect(row(page, event).locator(".modality")).to_have_text("denied")
    gone = {
        name: event[name] for name in ("event_id", "kind", "family", "article", "model", "detected_at", "changed_at")
    }
    gateway.push({**gone, "revision": 3, "change": "retracted", "reason": "canceled"})
    expect(row(page, event).locator(".badge")).to_have_text("retracted")
    expect(row(page, event).locator(".said")).to_have_text(event["sentence"]["text"])
    expect(page.locator("#count")).to_have_text("59 events · 1 retracted")
    expect(page.locator(".row")).to_have_count(page.locator(".row").count())
    row(page, event).click()
    expect(page.locator("#detail .withdrawn")).to_contain_text("canceled")
    expect(page.locator("#detail .history li").first).to_contain_text("Retracted")


def test_older_revision_changes_nothing(page: Page, gateway: FakeGateway) -> None:
    """A stream that is resumed may tell again what is known."""
    event = newest(gateway)
    gateway.push({**event, "revision": 2, "change": "updated", "modality": "denied"})
    expect(row(page, event).locator(".modality")).to_have_text("denied")
    gateway.push({**event, "modality": "possible"})
    gateway.push(make(1001, at=NOW))
    expect(row(page, make(1001, at=NOW))).to_be_visible()
    expect(row(page, event).locator(".modality")).to_have_text("denied")


def test_pause_holds_back_and_counts(page: Page, gateway: FakeGateway) -> None:
    page.keyboard.press("p")
    for number in (1000, 1001):
        gateway.push(make(number, at=NOW))
    expect(page.locator("#pause")).to_have_text("Resume · 2 waiting")
    expect(row(page, make(1000, at=NOW))).to_have_count(0)
    page.locator("#pause").click()
    expect(row(page, make(1000, at=NOW))).to_be_visible()
    expect(page.locator("#pause")).to_have_text("Pause")


def test_facet_filters_and_address_restores_it(page: Page, gateway: FakeGateway) -> None:
    """Kinds in one facet are alternatives; back takes one away again."""
    counts = {kind: sum(e["kind"] == kind for e in gateway.events.values()) for kind in ("shelling", "protest")}
    page.locator('.value[data-value="shelling"]').click()
    expect(page.locator("#count")).to_contain_text(f"{counts['shelling']} event")
    page.get_by_role("button", name="more", exact=False).first.click()
    page.locator('.value[data-value="protest"]').click()
    expect(page.locator("#count")).to_have_text(f"{sum(counts.values())} events")
    assert page.url.endswith("/?kind=shelling&kind=protest")
    page.reload()
    expect(page.locator("#count")).to_have_text(f"{sum(counts.values())} events")
    expect(page.locator('.value[aria-pressed="true"]')).to_have_count(2)
    page.go_back()
    expect(page.locator("#count")).to_contain_text(f"{counts['shelling']} event")
    page.locator(".chip").click()
    expect(page.locator("#count")).to_have_text("60 events")


def test_stream_is_filtered_too(page: Page, gateway: FakeGateway) -> None:
    page.locator('.value[data-facet="family"][data-value="peace"]').click()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator("#stream")).to_have_text("Live")
    others = [make(number, at=NOW) for number in range(1000, 1040)]
    page.wait_for_timeout(200)
    for event in others:
        gateway.push(event)
    expect(row(page, [e for e in others if e["family"] == "peace"][-1])).to_be_visible()
    assert set(page.locator(".row").evaluate_all("rows => rows.map(row => row.classList[1])")) == {"peace"}


def test_brush_narrows_to_what_it_covers(page: Page, gateway: FakeGateway) -> None:
    """By pointer, then by keyboard, then away."""
    box = page.locator("#timeline").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_url("**since=**")
    brushed = within(gateway, page)
    expect(page.locator("#count")).to_contain_text(f"{len(brushed)} event")
    assert 0 < len(brushed) < 60
    handle = page.get_by_role("slider", name="From")
    before = handle.get_attribute("aria-valuenow")
    address = page.url
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("old => location.href !== old", arg=address)
    assert int(handle.get_attribute("aria-valuenow") or 0) > int(before or 0)
    expect(page.locator("#count")).to_contain_text(f"{len(within(gateway, page))} event")
    page.keyboard.press("Delete")
    expect(page.locator("#count")).to_have_text("60 events")
    assert page.url == gateway.address + "/"


def test_a_late_answer_does_not_take_back_what_a_key_has_just_done(page: Page, gateway: FakeGateway) -> None:
    """The answer to one brush comes while the next waits for more keys."""
    held: list[Route] = []
    handle = page.get_by_role("slider", name="From")
    page.route("**/v1/facets*", lambda route: held.append(route))
    with page.expect_request("**/v1/facets*"):
        handle.focus()
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    for route in held:
        route.continue_()
    page.unroute("**/v1/facets*")
    expect(page.locator("#count")).to_have_text("60 events")
    page.wait_for_url(gateway.address + "/")


def within(gateway: FakeGateway, page: Page) -> list[Event]:
    """The events that the address's since and until cover."""
    since, until = page.evaluate("['since', 'until'].map(n => new URLSearchParams(location.search).get(n))")
    return [event for event in gateway.events.values() if since <= event["article"]["published_at"] < until]


@pytest.mark.parametrize(
    "text",
    ["", "Ça: ", "🛰️🇫🇷 ", "\u202eאבג\u202c "],
    ids=["plain", "accents", "beyond-16-bit", "right-to-left"],
)
def test_detail_marks_the_words_at_the_offsets(page: Page, gateway: FakeGateway, text: str) -> None:
    """Offsets are code points, also where JavaScript counts otherwise."""
    event = shifted(make(2005, at=NOW), text)
    gateway.push(event)
    row(page, event).click()
    marks = page.locator("#detail blockquote mark")
    expect(marks).not_to_have_count(0)
    found = {(role, said) for role, said in marks.evaluate_all("m => m.map(x => [x.dataset.role, x.textContent])")}
    start = event["sentence"]["start"]

    def cut(part: Event) -> str:
        return str(event["sentence"]["text"][part["start"] - start : part["end"] - start])

    wanted = {("trigger", cut(event["trigger"])), *(("actor", cut(one)) for one in event["actors"])}
    wanted |= {("recipient", cut(one)) for one in event["recipients"]} | {("time", event["time"]["text"])}
    wanted |= {("place", cut(event["location"]))} if event["location"] else set()
    wanted |= {("source", cut(event["attribution"]))} if event["attribution"] else set()
    assert found == wanted
    assert page.locator("#detail blockquote").evaluate("node => node.textContent") == event["sentence"]["text"]


def shifted(event: Event, text: str) -> Event:
    """The event with `text` before its sentence's first word; every offset in it moves on."""
    by = len(text)
    parts = [event["trigger"], *event["actors"], *event["recipients"], event["location"], event["attribution"]]
    for part in filter(None, parts):
        part["start"] += by
        part["end"] += by
    event["sentence"] |= {"text": text + event["sentence"]["text"], "end": event["sentence"]["end"] + by}
    return event


def test_detail_shows_the_article_around_the_sentence(page: Page, gateway: FakeGateway) -> None:
    """And does not pretend where the text is not at its offsets."""
    event = make(2006, at=NOW)
    lead = "🛰 " * (event["sentence"]["start"] // 2)
    gateway.texts[event["article"]["key"]] = lead + event["sentence"]["text"] + " More follows."
    gateway.push(event)
    row(page, event).click()
    page.locator("#detail summary", has_text="In the article").click()
    expect(page.locator("#detail mark.sentence")).to_have_text(event["sentence"]["text"])
    gateway.texts[event["article"]["key"]] = "Another text altogether."
    page.keyboard.press("Escape")
    row(page, event).click()
    expect(page.locator("#detail .elsewhere")).to_be_visible()
    expect(page.locator("#detail .context")).to_have_count(0)


def test_revision_is_told_as_a_difference(page: Page, gateway: FakeGateway) -> None:
    event = make(2007, at=NOW)
    gateway.push(event)
    text = event["sentence"]["text"].replace(event["time"]["text"], "on Friday")
    gateway.push({**event, "revision": 2, "change": "updated", "confidence": 0.31,
                  "sentence": {**event["sentence"], "text": text}})  # fmt: skip
    expect(row(page, event).locator(".badge.updated")).to_be_visible()
    row(page, event).click()
    changes = page.locator("#detail .changes")
    expect(changes).to_contain_text(f"Confidence {round(event['confidence'] * 100)} % 31 %")
    expect(changes.locator("ins").last).to_contain_text("Friday")


def test_story_counts_independent_sources_and_shows_rivals(browser: Browser, gateway: FakeGateway) -> None:
    """The number beside the provider; in the detail what others tell, and the other events of the story."""
    first, second, *_ = sorted(gateway.events.values(), key=lambda e: e["article"]["published_at"], reverse=True)
    gateway.stories = [{
        "story_id": "s1", "revision": 2, "headline": "A story", "kind": first["kind"], "kinds": [], "articles": 5,
        "disagreement": [{"name": "talks-cancelled", "articles": 2, "sources": 1}], "sources": ["a", "b", "c"],
        "article_keys": [], "event_ids": [first["event_id"], second["event_id"]],
    }]  # fmt: skip
    with watched(browser, gateway.address) as page:
        go(page, gateway)
        expect(row(page, first).locator(".from b")).to_have_text("+2")
        row(page, first).click()
        expect(page.locator("#detail .story h3")).to_have_text("One story: 5 articles, 3 independent sources")
        expect(page.locator("#detail .rivals")).to_have_text("Others tell: Talks cancelled (1 source)")
        page.locator("#detail .other").click()
        page.wait_for_url(f"**event={second['event_id']}")


def test_view_that_cannot_be_fetched_shows_nothing_old(browser: Browser, gateway: FakeGateway) -> None:
    """What stood there would not be what was asked for; the same view again would be."""
    with watched(browser, gateway.address, mourned=True) as page:
        go(page, gateway)
        gateway.refusing = True
        page.locator('.value[data-value="shelling"]').click()
        expect(page.locator("#notice")).to_contain_text("cannot be fetched: not now")
        expect(page.locator(".row")).to_have_count(0)
        gateway.refusing = False
        page.locator(".chip").click()
        expect(page.locator(".row")).not_to_have_count(0)
        expect(page.locator("#notice")).not_to_be_visible()


def test_address_opens_the_event(browser: Browser, gateway: FakeGateway) -> None:
    """A shared link: filters, search, open event."""
    event = next(e for e in gateway.events.values() if e["kind"] == "shelling")
    with watched(browser, gateway.address) as page:
        go(page, gateway, f"/?kind=shelling&q=market&min_confidence=0.1&event={event['event_id']}")
        expect(page.locator("#detail h2")).to_contain_text("Shelling")
        expect(page.locator("#q")).to_have_value("market")
        expect(row(page, event)).to_have_class("row conflict open")
        page.keyboard.press("Escape")
        expect(page.locator("#detail.newest")).to_be_visible()
        page.go_back()
        expect(page.locator("#detail .close")).to_be_visible()


def test_everything_goes_by_keyboard(page: Page) -> None:
    """j, k, Enter, Esc, /, ?; keys in a field are text."""
    ids = page.locator(".row").evaluate_all(
        "r => r.sort((a, b) => a.ariaPosInSet - b.ariaPosInSet).map(x => x.dataset.id)"
    )
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**event={ids[1]}")
    page.keyboard.press("j")
    page.wait_for_url(f"**event={ids[2]}")
    page.keyboard.press("k")
    page.wait_for_url(f"**event={ids[1]}")
    page.keyboard.press("Escape")
    page.wait_for_url("**/")
    assert page.evaluate("document.activeElement.dataset.id") == ids[1]
    page.keyboard.press("/")
    page.keyboard.type("jkp?")
    page.wait_for_url("**/?q=jkp%3F")
    expect(page.locator(".empty")).to_contain_text("No event matches this view.")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/")
    page.keyboard.press("?")
    expect(page.locator("#sheet")).to_contain_text("next, previous event")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).not_to_be_visible()


def test_dot_filters_to_its_place(page: Page, gateway: FakeGateway) -> None:
    """A place by its box, a country by its code; arrow keys go from dot to dot."""
    khartoum = [e for e in gateway.events.values() if e["location"] and e["location"]["name"] == "Khartoum"]
    expect(page.locator(".dots circle.hollow")).not_to_have_count(0)
    page.get_by_role("button", name="Khartoum", exact=False).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_contain_text("Near Khartoum")
    expect(page.locator("#count")).to_contain_text(f"{len(khartoum)} event")
    page.get_by_role("button", name="Whole world").click()
    page.get_by_role("button", name="Yemen", exact=False).and_(page.locator("circle")).dispatch_event("click")
    page.wait_for_url("**/?country=YEM")
    expect(page.locator(".chip")).to_contain_text("Country: Yemen")


def test_rule_says_the_view(page: Page) -> None:
    page.goto(page.url + "?kind=talks-held&country=SDN&actor=O%27Neill%3A+%5Bx%5D&min_confidence=0.7&q=x")
    page.locator("#watch").click()
    assert page.locator("#sheet pre").text_content() == (
        'rules:\n  - name: "talks-held-sdn-o-neill-x"\n    when:\n      kind: ["talks-held"]\n      country: ["SDN"]\n'
        '      actor: ["O\'Neill: [x]"]\n      min_confidence: 0.7\n    notify: terminal\nchannels:\n  terminal: {type: stdout}\n'
    )
    expect(page.locator("#sheet")).to_contain_text("A rule says nothing of the search")


@pytest.mark.parametrize(
    "address", ["/", "/?family=peace&kind=talks-held&country=SDN&source=o%27n%3A+%23%22&language=en&modality=denied"]
)
def test_rule_is_one_that_lint_takes(page: Page, gateway: FakeGateway, address: str) -> None:
    go(page, gateway, address)
    page.keyboard.press("w")
    ruleset, wrong = declared.read(page.locator("#sheet pre").text_content() or "")
    assert (len(ruleset.rules), wrong) == (1, [])


@pytest.mark.parametrize("status", ["dropped", "refused"])
def test_reconnect_loses_nothing(browser: Browser, gateway: FakeGateway, status: str) -> None:
    """Cut off, it resumes where it was; refused, it fetches what it missed."""
    with watched(browser, gateway.address, mourned=True) as page:
        go(page, gateway)
        gateway.refusing = status == "refused"
        gateway.drop()
        expect(page.locator("#stream")).to_have_text("Reconnecting")
        missed = make(1000, at=NOW)
        gateway.push(missed)
        page.wait_for_timeout(500)
        gateway.refusing = False
        expect(page.locator("#stream")).to_have_text("Live")
        expect(row(page, missed)).to_be_visible()


def give(page: Page, key: str) -> None:
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Open").click()


def test_key_is_asked_for_on_the_page_and_opens_everything(browser: Browser, gateway: FakeGateway) -> None:
    """A wrong one is said to be wrong; the right one opens history and stream, and is kept over a reload."""
    gateway.key = "right"
    with watched(browser, gateway.address, mourned=True) as page:
        page.goto(gateway.address)
        expect(page.locator("#key")).to_be_visible()
        expect(page.locator("#key [role=alert]")).to_be_empty()
        give(page, "wrong")
        expect(page.locator("#key [role=alert]")).to_have_text("The gateway does not accept this key.")
        page.keyboard.press("Escape")
        expect(page.locator("#key")).to_be_visible()
        give(page, " right ")
        expect(page.locator("#stream")).to_have_text("Live")
        expect(page.locator("#count")).to_have_text("60 events")
        expect(page.locator("#key")).not_to_be_visible()
        gateway.push(make(1000, at=NOW))
        expect(row(page, make(1000, at=NOW))).to_be_visible()
        page.reload()
        expect(page.locator("#count")).to_have_text("61 events")
        assert "right" not in page.content() + page.url


def test_key_that_is_revoked_is_asked_for_again_and_nothing_is_lost(browser: Browser, gateway: FakeGateway) -> None:
    gateway.key = "first"
    with watched(browser, gateway.address, mourned=True) as page:
        page.goto(gateway.address)
        give(page, "first")
        expect(page.locator("#stream")).to_have_text("Live")
        gateway.key = "second"
        gateway.drop()
        expect(page.locator("#key")).to_be_visible()
        gateway.push(make(1000, at=NOW))
        give(page, "second")
        expect(page.locator("#stream")).to_have_text("Live")
        expect(row(page, make(1000, at=NOW))).to_be_visible()


def test_links_are_followed_with_the_key(browser: Browser, gateway: FakeGateway) -> None:
    """As files: a link itself can say no key."""
    gateway.key = "right"
    with watched(browser, gateway.address, mourned=True) as page:
        page.goto(gateway.address)
        give(page, "right")
        expect(page.locator("#count")).to_have_text("60 events")
        page.locator(".row").first.click()
        link = page.locator(".elsewhere a")
        with page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == (link.text_content() or "").rpartition("/")[2] + ".json"
        assert codec.decode(download.value.path().read_bytes())["event"]["kind"]


def test_nothing_is_lost_between_history_and_stream(browser: Browser, gateway: FakeGateway) -> None:
    """An event that comes after the page of history and before the stream."""
    gateway.meanwhile = make(1000, at=NOW)
    with watched(browser, gateway.address) as page:
        go(page, gateway)
        expect(row(page, make(1000, at=NOW))).to_be_visible()


def test_stale_and_empty_are_said(browser: Browser) -> None:
    with FakeGateway() as gateway, watched(browser, gateway.address) as page:
        go(page, gateway)
        expect(page.locator(".empty")).to_contain_text("No events yet.")
        last = NOW - timedelta(hours=2)
        problem = {"code": "http-429", "message": "too many requests"}
        gateway.health |= {"last_event_at": stamp(last), "sources": [
            {"source": name, "type": "feed", "articles": 1, "last_attempt_at": stamp(last), "last_success_at": None,
             "problem": problem} for name in ("a", "b", "c")
        ]}  # fmt: skip
        page.reload()
        expect(page.locator("#notice")).to_have_text(f"No events since {last:%H:%M}; 3 feeds failing.")
        page.get_by_role("button", name="3 of 3 failing").click()
        expect(page.locator("#sheet tbody tr")).to_have_count(3)


def poisoned(number: int, text: str) -> Event:
    """An event that has the text wherever a stranger could have put it."""
    event = make(number, at=NOW - timedelta(seconds=number))
    event["article"] |= {"headline": text, "url": text, "provider": text or "x", "guid": text, "version": text}
    event["actors"][0] |= {"name": text, "text": text, "country": text, "sector": text}
    event["sentence"] |= {"text": text + " " + event["sentence"]["text"]}
    event["trigger"] |= {"text": text}
    event["attribution"] = {"source": text, "text": text, "start": 0, "end": 1}
    event["location"] = {
        "name": text,
        "country": text,
        "lat": 1.0,
        "lon": number / 5,
        "precision": "place",
        "start": 0,
        "end": 1,
    }
    return event | {"rule": text, "kind": text or "x", "mode": text, "time": {**event["time"], "text": text}}


def test_no_string_of_the_corpora_runs(browser: Browser, tmp_path: Path) -> None:
    """Every payload in the feed, the facets, the map and the detail: text, and nothing but text."""
    texts = payloads(tmp_path)
    with FakeGateway(poisoned(n, t) for n, t in enumerate(texts)) as gateway, watched(browser, gateway.address) as page:
        go(page, gateway)
        expect(page.locator("#count")).to_have_text(f"{len(texts):,} events")
        expect(page.locator(".row").first).to_have_attribute("aria-setsize", str(len(texts)))
        scroll_through(page)
        for button in page.locator(".more").all():
            button.click()
        shown = page.evaluate(
            """async () => {
              const { Detail } = await import("/static/detail.js");
              const { pages } = await import("/static/api.js");
              const detail = new Detail(document.getElementById("detail"), {});
              const links = new Set();
              let shown = 0;
              for await (const page of pages(new URLSearchParams(), 10000)) for (const event of page.events) {
                detail.newest(event);
                for (const link of document.querySelectorAll("a[href]")) links.add(link.protocol);
                shown += document.querySelector("#detail blockquote").textContent === event.sentence.text;
              }
              return [shown, [...links].sort()];
            }"""
        )
        assert shown == [len(texts), ["http:"]]  # our own, and the payloads that are http addresses
        page.wait_for_timeout(300)


def test_no_address_runs(browser: Browser, gateway: FakeGateway, tmp_path: Path) -> None:
    """Every payload as every parameter of the page: read, shown as chips and as a rule, written back."""
    texts = payloads(tmp_path)
    with watched(browser, gateway.address) as page:
        go(page, gateway)
        said = page.evaluate(
            """async (texts) => {
              const { LISTS, read, write } = await import("/static/url.js");
              const { tell } = await import("/static/head.js");
              const { watchSheet } = await import("/static/watch.js");
              let said = 0;
              for (const text of texts) {
                const asked = new URLSearchParams(["q", "bbox", "since", "event", "last", ...LISTS].map((name) => [name, text]));
                const state = read(`?${asked}`);
                tell({ state, events: [], counts: null, trouble: text, health: null, now: 0 }, () => {});
                document.getElementById("sheet").replaceChildren(...watchSheet(state).filter(Boolean));
                said += JSON.stringify(read(new URL(write(state), location).search)) === JSON.stringify(state);
              }
              return said;
            }""",
            texts,
        )
        assert said == len(texts)
        for text in texts[::120]:
            page.goto(
                f"{gateway.address}/?" + page.evaluate("t => new URLSearchParams({q: t, actor: t}).toString()", text)
            )
            expect(page.locator("#count")).to_have_text("0 events")


def test_ten_thousand_events_scroll_and_brush_smoothly(browser: Browser) -> None:
    """Only the rows in sight exist. (How long the longest task took is printed: no timing is asserted.)"""
    with FakeGateway(make(n, before=NOW) for n in range(10_000)) as gateway, watched(browser, gateway.address) as page:
        go(page, gateway)
        expect(page.locator("#count")).to_have_text("10,000 events")
        expect(page.locator(".row").first).to_have_attribute("aria-setsize", "10000")
        page.evaluate("window.__long = 0")
        page.evaluate("document.getElementById('feed').scrollTop = 500000")
        scroll = page.evaluate(
            """async () => {
              for (let i = 0; i < 40; i++) {
                document.getElementById("feed").scrollTop += 1000;
                await new Promise(requestAnimationFrame);
              }
              return document.querySelectorAll(".row").length;
            }"""
        )
        assert 0 < scroll < 40
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        print(f"longest task while scrolling {page.evaluate('window.__long')} ms, first paint {paint} ms")  # noqa: T201


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious(browser: Browser, gateway: FakeGateway, width: int) -> None:
    """With an event open, light and dark."""
    source = axe_source()
    if source is None:
        pytest.skip("needs axe-core: pip install axe-playwright-python")
    with watched(browser, gateway.address, width=width) as page:
        go(page, gateway)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.locator(".row").first.click()
            page.evaluate(source)
            found = page.evaluate("async () => (await axe.run()).violations")
            page.keyboard.press("Escape")
            serious = [
                (v["id"], [n["html"][:120] for n in v["nodes"][:3]])
                for v in found
                if v["impact"] in ("serious", "critical")
            ]
            assert serious == []


def test_page_is_light() -> None:
    """Everything that the browser fetches for it, uncompressed."""
    assert sum(path.stat().st_size for path in STATIC.iterdir()) < 300 * 1024
