"""Watch rules: what is to be told to whom, in which words, and when. Pure: no Kafka, no network; the clock is a parameter."""
