"""One pipeline: texts in, annotated docs out, as `nlp.pipe` gives them, but that a blank line ends a sentence."""

from collections.abc import Iterable
from typing import Any, cast

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.nlp.engine.attributes import Attributes
from pipeline.nlp.engine.ner import Ner
from pipeline.nlp.engine.paragraphs import begin_sentences
from pipeline.nlp.engine.parser import Parser
from pipeline.nlp.engine.tok2vec import Tok2Vec

WORDS = 60_000  # 21 MB; met after some 12,000 articles of Reuters-21578


class Engine:
    """The components of a loaded `en_core_web_sm`, in its order; the tokenizer and tagger are spaCy's own."""

    def __init__(self, nlp: Language) -> None:
        """Takes the weights and tables of `nlp`, which stays as it is."""
        self.nlp = nlp
        self.vocab = nlp.vocab
        tok2vec = cast(Any, nlp.get_pipe("tok2vec"))
        self._tok2vec, self.ner = Tok2Vec(tok2vec.model), Ner(nlp.get_pipe("ner"))
        self._tagger = cast(Any, nlp.get_pipe("tagger"))
        self._parser = Parser(nlp.get_pipe("parser"))
        self._attributes = Attributes(nlp)

    def docs(self, texts: Iterable[str]) -> list[Doc]:
        """The annotated docs of a batch of texts, in their order."""
        docs = [self.nlp.make_doc(text) for text in texts]
        for doc in docs:
            begin_sentences(doc)
        for doc, vectors in zip(docs, self._tok2vec.vectors(docs), strict=True):
            doc.tensor = vectors  # type: ignore[assignment]  # where the listeners of tagger and parser look
        self._tagger.set_annotations(docs, self._tagger.predict(docs))
        self._parser.annotate(docs)
        self._attributes.annotate(docs)
        self.ner.annotate(docs)
        return docs

    @property
    def is_full(self) -> bool:
        """Whether it has met as many words as a process should keep."""
        return len(self.vocab) > WORDS
