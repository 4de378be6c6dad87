"""Doc to events, pure: triggers by a lexicon, arguments over the dependency parse, modality, place, time, attribution."""
