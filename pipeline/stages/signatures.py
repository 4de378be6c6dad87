"""What the annotate stage writes for the search of stories: the signature of each article version that it reads or takes back."""

from pipeline import contracts
from pipeline.records import Annotation, Article, ArticleRef, Message, Outgoing
from pipeline.stages.events import provenance
from pipeline.stories.signature import gone, signature
from pipeline.topics import SIGNATURES

# Of an article that names none.
LANGUAGE = "en"


def signed(message: Message, article: Article, reference: ArticleRef, annotation: Annotation | None) -> Outgoing:
    """The record of the signature of an article that came in with this message; `annotation` None: it was taken back."""
    found = gone(article, reference) if annotation is None else signature(article, reference, annotation)
    value = contracts.encode("signature.v1", found)
    return Outgoing(
        topic=SIGNATURES.name, key=shard(article.language), value=value, headers=provenance(message, article)
    )


def shard(language: str | None) -> bytes:
    """The key under which the articles of a language meet: "en" of "en-GB"."""
    return (language or LANGUAGE).partition("-")[0].casefold().encode()
