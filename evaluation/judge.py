"""The optional judge: a chat model that says whether the citations of an answer bear it out. No figure rests on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files

from langchain_core.language_models import BaseChatModel
from pydantic import ValidationError

from evaluation.results import Judgement, QuestionRecord, Results
from vectorstore.errors import InputError, ProviderError

_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


def open_judge(model: str) -> BaseChatModel:
    """The chat model of a name such as `openai:gpt-5-mini`, as LangChain's `init_chat_model` reads it.

    Raises:
        InputError: the provider is unknown or not installed, or its key is missing.
    """
    from langchain.chat_models import init_chat_model

    try:
        judge: BaseChatModel = init_chat_model(model, temperature=0)
    except Exception as error:  # each provider has errors of its own
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"--judge {model} cannot be used ({reason}).") from error
    return judge


def judge_results(
    results: Results,
    judge: BaseChatModel,
    name: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Results:
    """The same results with a judgement of every answer that cites something; a reply that is no verdict is left out.

    Raises:
        ProviderError: the model does not answer.
    """
    template = (files(__package__ or "evaluation") / "judge_prompt.txt").read_text(encoding="utf-8")
    judged = []
    for done, question in enumerate(results.questions, 1):
        if question.answer.citations:
            question = question.model_copy(update={"judged": _judgement(judge, template, question)})
        judged.append(question)
        progress(done, len(results.questions))
    return results.model_copy(update={"questions": tuple(judged), "judge": name})


def groundedness(results: Results) -> tuple[int, int]:
    """How many answers were judged grounded, of how many that were judged."""
    judged = [question.judged.grounded for question in results.questions if question.judged]
    return sum(judged), len(judged)


def _judgement(judge: BaseChatModel, template: str, question: QuestionRecord) -> Judgement | None:
    quotes = "\n".join(f"[{citation.marker}] {citation.quote}" for citation in question.answer.citations)
    prompt = template.format(question=question.gold.question, answer=question.answer.answer, quotes=quotes)
    try:
        reply = judge.invoke(prompt).text
    except Exception as error:  # each provider has errors of its own
        reason = " ".join(str(error).split())[:200]
        raise ProviderError(f"The judge model failed ({reason}).") from error
    found = _OBJECT.search(str(reply))
    try:
        return Judgement.model_validate(json.loads(found.group())) if found else None
    except (ValueError, ValidationError):
        return None
