"""From a printed text to what it can stand for: spellings, synonyms, and the lexicon of headline concepts."""
