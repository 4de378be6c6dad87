"""The same annotate function in quixstreams: a streaming data frame, one message at a time, results out.

    quix.py BROKERS TOPIC_IN TOPIC_OUT

As its manual advises for throughput: bytes where no codec is needed, lz4, a linger, commits every five seconds (its default).
Prints "ready" when it is about to read.
"""

import os
import sys
import warnings

from pipeline import codec
from pipeline.orphans import end_with
from pipeline.records import Article
from pipeline.settings import Settings, limit_math_threads

with warnings.catch_warnings(record=True):  # of a library of its own, at every import
    from quixstreams import Application


def main() -> None:
    """Run until a signal."""
    end_with(os.getppid())
    limit_math_threads()
    from pipeline.nlp import model
    from pipeline.stages.annotate import annotate

    brokers, topic_in, topic_out = sys.argv[1:]
    settings = Settings()
    model.shared()

    def run(value: bytes) -> bytes:
        return codec.encode(annotate([codec.decode_record(Article, value)], settings)[0])

    app = Application(
        broker_address=brokers,
        consumer_group="bench-quix",
        auto_offset_reset="earliest",
        auto_create_topics=False,
        producer_extra_config={"compression.type": "lz4", "linger.ms": 20},
        loglevel="WARNING",
    )
    frame = app.dataframe(app.topic(topic_in, value_deserializer="bytes", key_deserializer="bytes"))
    frame = frame.apply(run)
    frame.to_topic(app.topic(topic_out, value_serializer="bytes", key_serializer="bytes"))
    print("ready", flush=True)
    app.run()


if __name__ == "__main__":
    main()
