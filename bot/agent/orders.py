"""Orders to the model that hide in a passage.

Documents come from many hands: a web page's text, a supplier's list. A sentence in one that
speaks to the model, not to a reader, is left out of what the model sees and of what its answer may
stand on; people are shown the passage as it is. Small models follow such orders however the prompt
forbids it (measured: 1.5 billion parameters, told twice).
"""

import re
from functools import lru_cache

_RULES = (
    r"(?:instructions?|rules?|prompts?|guidelines|directives|anweisungen|regeln|vorgaben|"
    r"instrucciones|reglas|consignes|règles|istruzioni|regole|instructies|regels|instruções|regras)"
)
_IGNORE = (
    r"(?:ignore|disregard|forget|override|bypass|ignorier\w*|vergiss|vergessen sie|missachte\w*|"
    r"ignora|ignore[zn]?|olvida|oublie[zr]?|dimentica|negeer|vergeet|esqueça|ignorar)"
)
_ORDER = re.compile(
    rf"\b{_IGNORE}\b.{{0,60}}\b{_RULES}\b"
    rf"|\b{_IGNORE}\b.{{0,30}}\b(?:above|previous|prior|oben|anterior|précédent|precedent\w+)"
    r"|^\W*(?:system|assistant|user|developer)\s*(?:message|prompt)?\s*:"
    r"|<\|?(?:im_start|im_end|system|assistant|user|endoftext)\|?>|\[/?INST\]"
    r"|\b(?:answer|reply|respond|antworte\w*|responde|réponds|rispondi|antwoord)\b.{0,20}"
    r"\b(?:every|all|any|jede\w*|alle\w*|todas?|toutes?|tutte|alle)\b.{0,15}"
    r"\b(?:questions?|messages?|fragen?|nachrichten|preguntas?|domande|vragen|perguntas?)\b.{0,15}"
    r"\b(?:only|with|nur|mit|solo|con|seulement|avec|met|com)\b"
    r"|\b(?:answer|reply|respond|antworte\w*|responde|réponds|rispondi|antwoord)\b.{0,15}"
    r"\b(?:only|nur|solo|seulement|alleen|apenas)\b.{0,10}\b(?:with|mit|con|avec|met|com)\b"
    r"|\byou are (?:now )?(?:an? )?(?:AI|assistant|chatbot|language model|bot)\b"
    r"|\b(?:system|developer) prompt\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…\n])\s+")


@lru_cache(maxsize=1_000)
def without_orders(text: str) -> str:
    """Return a passage up to the first sentence that orders the model about.

    What follows such a sentence belongs to the order as a rule, so it goes as well. A passage
    that is nothing else comes back empty. Kept for the passages that come up again and again.
    """
    kept: list[str] = []
    for sentence in _SENTENCE.split(text):
        if _ORDER.search(sentence):
            break
        kept.append(sentence)
    else:
        return text
    return " ".join(kept).strip()
