"""Topics are made as the table says, and what is there is never taken away."""

from dataclasses import replace

import pytest

from pipeline.broker import admin
from pipeline.broker.admin import Change, TopicState
from pipeline.broker.consume import consume
from pipeline.broker.kraft import free_ports
from pipeline.broker.produce import producing
from pipeline.errors import BrokerError
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, EVENTS, TOPICS

pytestmark = pytest.mark.kafka


def test_plan_then_apply_then_nothing_is_left(settings: Settings) -> None:
    names = [settings.topic_prefix + topic.name for topic in TOPICS]
    planned = admin.plan_topics(settings)
    assert planned == tuple(
        Change(topic=name, action="create", setting="topic", now=None, wanted="3 partitions") for name in names
    )
    assert admin.apply_topics(settings) == planned
    assert admin.plan_topics(settings) == ()
    assert admin.apply_topics(settings) == ()
    assert set(names) <= set(admin.list_topics(settings))


def test_created_topics_have_the_tables_configs(settings: Settings) -> None:
    admin.apply_topics(settings)
    found = admin.describe_topics(settings, [settings.topic_prefix + topic.name for topic in TOPICS])
    for topic in TOPICS:
        state = found[settings.topic_prefix + topic.name]
        assert state.partitions == 3
        assert topic.configs.items() <= state.configs.items()


def test_partitions_are_raised_and_records_stay(settings: Settings) -> None:
    name = settings.topic_prefix + EVENTS.name
    admin.apply_topics(settings, [EVENTS])
    with producing(settings) as producer:
        producer.produce(name, b"key", b"value")
    wider = replace(settings, partitions=5)
    assert admin.apply_topics(wider, [EVENTS]) == (
        Change(topic=name, action="increase", setting="partitions", now="3", wanted="5"),
    )
    assert admin.describe_topics(wider, [name])[name].partitions == 5
    assert [message.value for message in consume(wider, [name])] == [b"value"]


def test_partitions_are_never_lowered(settings: Settings) -> None:
    admin.apply_topics(settings, [EVENTS])
    assert admin.apply_topics(replace(settings, partitions=1), [EVENTS]) == ()
    name = settings.topic_prefix + EVENTS.name
    assert admin.describe_topics(settings, [name])[name].partitions == 3


def test_differing_configs_are_set_and_others_left(settings: Settings) -> None:
    name = settings.topic_prefix + ARTICLES.name
    admin.apply_topics(settings, [ARTICLES])
    changed = replace(ARTICLES, retention_ms=12345)
    wanted = (
        Change(topic=name, action="alter", setting="retention.ms", now=str(ARTICLES.retention_ms), wanted="12345"),
    )
    assert admin.plan_topics(settings, [changed]) == wanted
    assert admin.apply_topics(settings, [changed]) == wanted
    assert admin.describe_topics(settings, [name])[name].configs["max.message.bytes"] == str(ARTICLES.max_message_bytes)


def test_a_config_that_kafka_refuses_is_an_error(settings: Settings) -> None:
    admin.apply_topics(settings, [ARTICLES])
    with pytest.raises(BrokerError, match="refuses these configs: .*-5"):
        admin.apply_topics(settings, [replace(ARTICLES, max_message_bytes=-5)])


def test_a_replication_nobody_can_give_is_an_error(settings: Settings) -> None:
    with pytest.raises(BrokerError, match="(?i)replication"):
        admin.apply_topics(replace(settings, replication=3), [ARTICLES])
    assert admin.describe_topics(settings, [settings.topic_prefix + ARTICLES.name]) == {}


def test_topics_that_do_not_exist_are_not_described(settings: Settings) -> None:
    assert admin.describe_topics(settings, ["nobody.knows.this"]) == {}
    assert admin.describe_topics(settings, []) == {}


def test_no_broker_is_an_error_with_a_next_step() -> None:
    settings = Settings(brokers=free_ports().bootstrap)
    for ask in (admin.plan_topics, admin.apply_topics, admin.list_topics, admin.cluster_id):
        with pytest.raises(BrokerError, match="tickertape broker start"):
            ask(settings)


def test_differences_of_one_topic_need_no_kafka() -> None:
    settings = Settings(partitions=2, topic_prefix="p.")
    same = TopicState(name="p." + EVENTS.name, partitions=2, configs=EVENTS.configs | {"other": "1"})
    assert admin.differences(EVENTS, same, settings) == []
    bare = TopicState(name="p." + EVENTS.name, partitions=1, configs={})
    assert [(change.action, change.setting, change.now) for change in admin.differences(EVENTS, bare, settings)] == [
        ("increase", "partitions", "1"),
        *[("alter", name, None) for name in EVENTS.configs],
    ]
