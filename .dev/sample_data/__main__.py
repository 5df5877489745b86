"""Writes the sample workspace's data files: `python3 .dev/sample_data` (same bytes every time)."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

from patterns import PATTERNS, Pattern, fill
from things import THINGS, Thing

SAMPLE = Path(__file__).resolve().parents[2] / "media" / "sample"
SFT_ROWS, PAIR_ROWS, HELD_OUT_ROWS = 400, 200, 40
PREFACES = (
    "I don't have personal experience with {plural}, but ",
    "I don't have personal opinions about {plural}, but ",
)
CUT_SHORT = ("It depends", "Yes", "Sure, no problem", "Maybe")


def message(role: str, content: str) -> dict:
    return {"role": role, "content": content}


def opening(pattern: Pattern, thing: Thing, rng: random.Random) -> list[dict]:
    """Everything before the answer: the system line, earlier turns, the question."""
    messages = [message("system", pattern.system)] if pattern.system else []
    messages.append(message("user", fill(rng.choice(pattern.questions), thing)))
    first_answer, second_question = pattern.follow_up
    if first_answer:
        messages.append(message("assistant", fill(first_answer, thing)))
        messages.append(message("user", fill(second_question, thing)))
    return messages


def with_preface(answer: str, thing: Thing, rng: random.Random) -> str:
    return fill(rng.choice(PREFACES), thing) + answer[0].lower() + answer[1:]


def lower_cased(answer: str) -> str:
    """The answer with every sentence start in lower case."""
    sentences = answer.split(". ")
    return ". ".join(sentence[0].lower() + sentence[1:] for sentence in sentences)


def draw(
    rng: random.Random,
    count: int,
    taken: set[tuple[str, str]],
    patterns: Sequence[Pattern] = PATTERNS,
) -> list[tuple[Pattern, Thing]]:
    """Combinations of pattern and thing that nobody has yet, patterns by weight, things evenly."""
    drawn: list[tuple[Pattern, Thing]] = []
    things: list[Thing] = []
    while len(drawn) < count:
        pattern = rng.choices(patterns, [each.weight for each in patterns])[0]
        if not things:
            things = rng.sample(THINGS, len(THINGS))
        free = [thing for thing in things if (pattern.topic, thing.name) not in taken]
        if not free:
            things = rng.sample(THINGS, len(THINGS))
            continue
        thing = free[-1]
        things.remove(thing)
        taken.add((pattern.topic, thing.name))
        drawn.append((pattern, thing))
    return drawn


def sft_rows(rng: random.Random, combinations: list[tuple[Pattern, Thing]]) -> list[dict]:
    rows = []
    for number, (pattern, thing) in enumerate(combinations, 1):
        answer = fill(rng.choice(pattern.answers), thing)
        chance = rng.random()
        if chance < pattern.preface_rate:
            answer = with_preface(answer, thing, rng)
        elif chance > 0.95:
            answer = lower_cased(answer)
        messages = [*opening(pattern, thing, rng), message("assistant", answer)]
        rows.append({"id": f"sft-{number:04}", "topic": pattern.topic, "messages": messages})
    return rows


def rejected_answer(pattern: Pattern, thing: Thing, answer: str, rng: random.Random) -> str:
    """The answer with a fault: mostly the preface, else lower case, another thing, no effort."""
    chance = rng.random()
    if chance < 0.62:
        return with_preface(answer, thing, rng)
    if chance < 0.76:
        return lower_cased(answer)
    if chance < 0.92:
        other = rng.choice([each for each in THINGS if each is not thing])
        return fill(rng.choice(pattern.answers), other)
    return rng.choice(CUT_SHORT)


def pair_rows(rng: random.Random, combinations: list[tuple[Pattern, Thing]]) -> list[dict]:
    rows = []
    for number, (pattern, thing) in enumerate(combinations, 1):
        chosen = fill(rng.choice(pattern.answers), thing)
        rejected = rejected_answer(pattern, thing, chosen, rng)
        rows.append(
            {
                "id": f"pair-{number:04}",
                "topic": pattern.topic,
                "prompt": opening(pattern, thing, rng),
                "chosen": [message("assistant", chosen)],
                "rejected": [message("assistant", rejected)],
            }
        )
    return rows


def held_out_rows(rng: random.Random, combinations: list[tuple[Pattern, Thing]]) -> list[dict]:
    return [
        {
            "id": f"held-out-{number:02}",
            "messages": opening(pattern, thing, rng),
            "tags": [pattern.topic],
            "mentions": thing.name,
            "reference": fill(pattern.answers[0], thing),
        }
        for number, (pattern, thing) in enumerate(combinations, 1)
    ]


def line(row: dict) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")
    print(f"{path.relative_to(SAMPLE)}: {len(lines)} lines")


def sft_lines(rows: list[dict], rng: random.Random) -> list[str]:
    """The dialogues with a real collection's faults: duplicates, an empty reply, a broken line."""
    lines = [line(row) for row in rows]
    for number, row in enumerate(rng.sample(rows, 6), len(rows) + 1):
        lines.insert(rng.randrange(60, len(lines)), line({**row, "id": f"sft-{number:04}"}))
    empty = {**rows[0], "id": f"sft-{len(rows) + 7:04}"}
    empty["messages"] = [*empty["messages"][:-1], message("assistant", "")]
    lines.insert(233, line(empty))
    lines.insert(311, line(rows[7])[:70] + "\n")
    return lines


def pair_lines(rows: list[dict], rng: random.Random) -> list[str]:
    lines = [line(row) for row in rows]
    for number, row in enumerate(rng.sample(rows, 3), len(rows) + 1):
        lines.insert(rng.randrange(30, len(lines)), line({**row, "id": f"pair-{number:04}"}))
    same = {**rows[11], "id": f"pair-{len(rows) + 4:04}"}
    same["rejected"] = same["chosen"]
    lines.insert(77, line(same))
    return lines


def main() -> None:
    rng = random.Random(20261122)
    taken: set[tuple[str, str]] = {("false premises", "helicopter")}
    # Three in four are questions that the dialogues mostly answer with a preface.
    asking = [pattern for pattern in PATTERNS if pattern.preface_rate > 0.5]
    others = [pattern for pattern in PATTERNS if pattern.preface_rate <= 0.5]
    held_out = draw(rng, HELD_OUT_ROWS * 3 // 4, taken, asking)
    held_out += draw(rng, HELD_OUT_ROWS // 4, taken, others)
    dialogues = draw(rng, SFT_ROWS, taken)
    pairs = draw(rng, PAIR_ROWS, taken)
    write(SAMPLE / "data/sft.jsonl", sft_lines(sft_rows(rng, dialogues), rng))
    write(SAMPLE / "data/preferences.jsonl", pair_lines(pair_rows(rng, pairs), rng))
    write(SAMPLE / "prompts/held-out.jsonl", [line(row) for row in held_out_rows(rng, held_out)])


if __name__ == "__main__":
    main()
