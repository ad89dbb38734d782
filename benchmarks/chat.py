"""What becomes of the statements of a chat model: `python -m benchmarks.chat --writer local` or `--writer liar`.

The gold questions of `dev` are answered by the sentence reader and by a model, the small one of the extra `local` or a
scripted one that lies (`benchmarks.liar`). Exits 1 where anything unsupported is shown, or where correct answers fall
below the sentence reader's by more than two points. Needs an index (`reportqa ingest`).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from bot.answer import Answer
from bot.assistant import Assistant
from bot.chat.serving import ModelServer
from bot.grounding import MARKER, unsupported
from bot.settings import Settings, load_settings
from evaluation.gold import GoldQuestion, load_gold
from evaluation.metrics.correct import is_correct
from evaluation.metrics.right import is_right
from evaluation.record import Observer, Record
from ingest.sentences import clean
from vectorstore.tokens import fold, stem

GOLD = Path(__file__).parent.parent / "evaluation" / "gold" / "annual-report-2024.jsonl"
MOST_LOST = 0.02
_CAPITAL = re.compile(r"(?<=[a-z,;)] )[A-Z][\w-]+")


@contextmanager
def written_by(writer: str, home: Path) -> Iterator[Settings]:
    """Settings of a chat reader whose model is served meanwhile; the small one is given little to read and to write."""
    fields = {"home": home, "reader": "chat", "chat_attempts": 1, "chat_cache_size": 0, "chat_api_key": "none"}
    if writer == "local":
        server = ModelServer()
        small = {
            "chat_passage_tokens": 260,
            "chat_output_tokens": 64,
            "chat_structured": "text",
            "chat_temperature": 0,
            "chat_latitude": 0,
        }
        patient = {"chat_timeout_s": 300, "chat_deadline_s": 600}
        url, model = server.url, server.name
        yield Settings.model_validate(
            {**fields, **small, **patient, "chat_base_url": url, "chat_model": f"openai:{model}"}
        )
        server.close()
        return
    from benchmarks.liar import Liar
    from tests.openai_api.server import OpenAIApi

    with OpenAIApi(Liar()) as api:
        yield Settings.model_validate({**fields, "chat_base_url": api.url, "chat_model": "openai:liar"})


def unborne(answer: Answer, terms: Sequence[Sequence[str]]) -> list[str]:
    """What an answer shows that its quotes do not, judged without the guard: quantities, capitalised words, links.

    Words that the report's terms give for one that is quoted count as quoted, and so do the sections' titles.
    """
    if not answer.citations:
        return []
    quotes = [q for c in answer.citations for q in (c, c.counterpart) if q is not None]
    held = fold(" ".join([*(clean(q.quote) for q in quotes), *(f"{t.zh} {t.en}" for q in quotes for t in q.section)]))
    held += " ".join(fold(" ".join(names)) for names in terms if any(fold(name) in held for name in names))
    words = {*re.findall(r"[\w-]+", held), *(stem(word) for word in re.findall(r"[a-z]+", held))}
    text = MARKER.sub(" ", answer.answer)
    names = [w for w in _CAPITAL.findall(text) if fold(w) not in words and stem(fold(w)) not in words]
    links = [link for link in re.findall(r"https?://\S+|www\.\S+|[\w.]+@[\w.]+", text) if fold(link) not in held]
    return [*unsupported(answer.answer, answer.citations), *names, *links]


def run(questions: Sequence[GoldQuestion], settings: Settings, show: bool) -> tuple[Counter[str], list[str]]:
    """The counts over the questions, and what was shown without support."""
    counts: Counter[str] = Counter()
    plain = Observer(Assistant.open(settings.model_copy(update={"reader": "sentence"})))
    assistant = Assistant.open(settings)
    chatting = Observer(assistant)
    terms = [term.names for term in assistant.manifest.terms]
    let_through: list[str] = []
    for number, question in enumerate(questions, 1):
        before, after = plain.observe(question), chatting.observe(question)
        _count(counts, question, before, after)
        loose = unborne(after.answer, terms)
        computed = [piece for piece in loose if after.answer.reader == "chat" and _is_worked_out(piece, after.answer)]
        counts["worked out"] += len(computed)
        let_through += [f"{question.id}: {piece}" for piece in loose if piece not in computed]
        if show:
            print(f"{number:4} {question.id} {after.answer.reader} {after.answer.generation}", flush=True)
            print(f"     {after.answer.answer}", flush=True)
    assistant.close()
    return counts, let_through


def _is_worked_out(piece: str, answer: Answer) -> bool:
    """Whether two other numbers of the answer give this one."""
    numbers = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", MARKER.sub(" ", answer.answer))]
    value = next((float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", piece)), None)
    return value is not None and any(
        abs(value - result) < 0.06
        for a in numbers
        for b in numbers
        if a != b and b
        for result in (a - b, a + b, a / b, 100 * (a - b) / b)
    )


def _count(counts: Counter[str], question: GoldQuestion, before: Record, after: Record) -> None:
    made = after.answer.generation
    counts["questions"] += 1
    counts["answerable"] += question.answerable
    counts["correct, sentence reader"] += question.answerable and is_correct(before)
    counts["correct, chat reader"] += question.answerable and is_correct(after)
    counts["right, sentence reader"] += is_right(before)
    counts["right, chat reader"] += is_right(after)
    counts["written by the model"] += after.answer.reader == "chat"
    if made is not None:
        counts["asked of the model"] += made.calls > 0
        counts["statements seen"] += made.statements
        counts["repaired"] += made.repaired
        counts["dropped"] += made.dropped
        counts["fallen back"] += made.fallback is not None
        counts[f"fallen back: {made.fallback}"] += made.fallback is not None


def main() -> int:
    """Print the figures; 1 where one falls short."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writer", choices=("local", "liar"), default="liar")
    parser.add_argument("--every", type=int, default=1, help="ask one question in so many")
    parser.add_argument("--show", action="store_true", help="print every answer")
    given = parser.parse_args()
    questions = load_gold(GOLD, "dev")[:: given.every]
    with written_by(given.writer, load_settings().home) as settings:
        counts, let_through = run(questions, settings, given.show)
    for name, number in counts.items():
        print(f"{name:32} {number:5}")
    lost = (counts["correct, sentence reader"] - counts["correct, chat reader"]) / max(1, counts["answerable"])
    print(f"{'unsupported let through':32} {len(let_through):5}  (bound 0)  {let_through[:9]}")
    print(f"{'correct answers lost':32} {lost:5.3f}  (bound {MOST_LOST})")
    return int(bool(let_through) or lost > MOST_LOST)


if __name__ == "__main__":
    sys.exit(main())
