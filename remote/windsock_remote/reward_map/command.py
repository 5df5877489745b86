"""`score`: answers under two models, token by token; a resumed run goes on with the rest."""

from __future__ import annotations

import argparse
from typing import Any

from ..model import load_tokenizer, model_location
from ..run_files import RunFiles
from ..threads import wait_without_spinning
from .answers import Answer, read_answers
from .batches import batches
from .models import load_pair
from .passes import Scorer
from .replies import Replies, Reply
from .top_tokens import TokenTexts

DEFAULT_TOP = 5
DECIMALS = 6


def run(args: argparse.Namespace) -> int:
    """Score everything that has no line yet, in the order of the answers."""
    wait_without_spinning()
    files = RunFiles(args.run_dir)
    wanted = files.spec.get("score") or {}
    answers = read_answers(wanted["answers"]["path"])
    done = files.reward_map_lines()
    total = len(answers)
    files.update_status(phase="loading", step=done, maxSteps=total, message="Loading the models")
    if done < total:
        _score(files, wanted, answers, done)
    files.log(f"scored {total} answers")
    return 0


def _score(files: RunFiles, wanted: dict[str, Any], answers: list[Answer], done: int) -> None:
    roots = files.spec.get("roots") or {}
    location, revision = model_location(wanted["policy"]["source"], roots)
    tokenizer = load_tokenizer(location, revision)
    if wanted.get("chatTemplate"):
        tokenizer.chat_template = wanted["chatTemplate"]
    pair = load_pair(files, wanted, roots)
    pair.refuse_other_tokens(tokenizer)
    replies = Replies(tokenizer, pair.longest)
    policy, reference = Scorer(pair.policy, pair), Scorer(pair.reference, pair)
    texts = TokenTexts(tokenizer)
    top = int(wanted.get("topK") or DEFAULT_TOP)
    rendered = (replies.render(answer) for answer in answers[done:])
    for batch in batches(rendered, wanted.get("batchTokens")):
        good = [reply for reply in batch if reply.problem is None]
        a = policy.score(good, top)
        # Among other neighbours and with other padding, as a figure of a GPU depends on both.
        again = policy.score(good[::-1], 0, padding=16)[::-1]
        b = reference.score(good, top)
        scored = dict(zip((id(reply) for reply in good), zip(a, again, b)))
        for reply in batch:
            files.append_reward_map(_record(reply, scored.get(id(reply)), texts))
            done += 1
        files.update_status(phase="scoring", step=done, message=None)


def _record(reply: Reply, scored: Any, texts: TokenTexts) -> dict[str, Any]:
    about = reply.answer.about
    if reply.problem is not None:
        return {**about, "problem": reply.problem}
    a, again, b = scored
    if not (a.is_finite and again.is_finite and b.is_finite):
        return {**about, "problem": "notFinite"}
    return {
        **about,
        "tokens": reply.pieces,
        "ids": reply.ids[reply.start :],
        "ending": reply.ending,
        "policy": _rounded(a.log_probs),
        "again": _rounded(again.log_probs),
        "reference": _rounded(b.log_probs),
        "policyTop": texts.named(a.top),
        "referenceTop": texts.named(b.top),
    }


def _rounded(values: list[float]) -> list[float]:
    return [round(value, DECIMALS) for value in values]
