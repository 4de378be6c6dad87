"""Imported once, by the server that parsing children are forked from: the one module here whose import does something.

A SIGTERM to the whole group is the parent's business; were the server gone, what is parsed meanwhile would be blamed.
The collector is frozen so that children do not touch, and thereby copy, the pages they share.
"""

import gc

from pipeline.orphans import ignore_signals

ignore_signals()
gc.collect()
gc.freeze()
