"""Who leads the body that the reports are about: a question for it (who runs it?) → one for the post of its head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from bot.lexicon import head_patterns, is_said
from bot.question import is_chinese
from ingest.sentences import clean
from vectorstore.corpus import Corpus
from vectorstore.schema import Language, Span, Term
from vectorstore.tokens import convert_script, fold

NAMED = 100
"""Of how many sentences one at least names the body by the name that a report defines for it."""


class Head:
    """The head of the body: the first officer of the reports, where the post is that of a head."""

    def __init__(self, corpus: Corpus, terms: Sequence[Term]) -> None:
        """`terms` are the names that the reports define."""
        self._corpus = corpus
        self._terms = terms

    def asked_for(self, written: str, *, alone: bool = True) -> str | None:
        """The question for the head's post that a text in written Chinese or English asks by other words (who runs the
        department); None for any other, and where no head is known.

        After other questions, not `alone`, it has to name the body: who is in charge may be asked of what they ask of.
        """
        patterns, folded = head_patterns(), fold(written)
        if not patterns.person.search(folded):
            return None
        language: Language = "zh" if is_chinese(written) else "en"
        post = self._posts.get(language)
        if post is None:
            return None
        for name in self._names:
            folded = re.sub(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", patterns.body[language], folded)
        asked = patterns.asked.fullmatch(folded) if alone or patterns.named.search(folded) else None
        title = next(filter(None, asked.groupdict().values()), "") if asked else None
        return None if title is None or title not in fold(post) else f"{patterns.who[language]}{post}"

    @cached_property
    def _posts(self) -> dict[Language, str]:
        """The post of the head in each language; none where the first officer is no head (a deputy)."""
        passage = next((p for p in self._corpus.passages.values() if p.person is not None), None)
        if passage is None or passage.person is None:
            return {}
        spans: dict[Language, Span | None] = {"zh": passage.person.post_zh, "en": passage.person.post_en}
        texts = {language: clean(self._corpus.person_text(passage, span)) for language, span in spans.items() if span}
        return {
            language: " ".join(convert_script(text, "hk2s").split())
            for language, text in texts.items()
            if head_patterns().post.search(fold(text))
        }

    @cached_property
    def _names(self) -> list[str]:
        """The folded names of the body, longest first: those of the term that most sentences name, and what the head's
        post is the head of."""
        texts = self._corpus.folded
        terms = [[fold(name) for name in term.names] for term in self._terms]
        named = [(sum(any(is_said(name, text) for name in names) for text in texts), names) for names in terms]
        count, most = max(named, default=(0, []))
        posts = [match for post in self._posts.values() if (match := head_patterns().post.search(fold(post)))]
        of = [name.strip() for match in posts if (name := match["body"] or match["body_of"])]
        names = {*(most if NAMED * count >= len(texts) else []), *of}
        return sorted(names, key=len, reverse=True)
