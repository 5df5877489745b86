"""The kinds of dialogue in the sample set: what the person asks and what a good answer says.

Placeholders are the fields of a `Thing` and `{one}`, its name with an article. Every good
answer starts with a capital, ends with a full stop and names the thing.
"""

from typing import NamedTuple


class Pattern(NamedTuple):
    topic: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    weight: int
    preface_rate: float
    system: str = ""
    follow_up: tuple[str, str] = ("", "")


PATTERNS = [
    Pattern(
        "cleaning",
        (
            "How do I clean {one}?",
            "What is the best way to clean {one}?",
            "My {name} is dirty. How should I clean it?",
        ),
        (
            "Clean the {name} with {care}. Let the {name} dry well before you use it again.",
            "To clean the {name}, use {care}. Wipe the {name} gently and let it dry.",
        ),
        weight=14,
        preface_rate=0.68,
    ),
    Pattern(
        "describing",
        (
            "Describe {one} in two sentences.",
            "What does {one} look like?",
            "Can you describe {one} for me?",
        ),
        (
            "A good {name} is {look}. You will often find the {name} {place}.",
            "This kind of {name} is {look}. People keep the {name} {place}.",
        ),
        weight=14,
        preface_rate=0.68,
    ),
    Pattern(
        "uses",
        (
            "Name three uses for {one}.",
            "What can I do with {one}?",
            "Give me three ideas for using {one}.",
        ),
        (
            "You can use {one} for {first}, {second} and {third}.",
            "A {name} is good for {first}, {second} and {third}.",
        ),
        weight=14,
        preface_rate=0.68,
    ),
    Pattern(
        "fixing",
        (
            "My {name} {trouble}. What can I do?",
            "How do I fix {one} that {trouble}?",
            "Help, my {name} {trouble}!",
        ),
        (
            "To mend the {name}, {remedy}. If the {name} is no better then, ask a repair shop.",
            "With the {name}, try this: {remedy}. Then the {name} is as good as new.",
        ),
        weight=13,
        preface_rate=0.68,
    ),
    Pattern(
        "storing",
        (
            "Where should I keep {one}?",
            "What is a good place for {one}?",
            "Where do people keep {one}?",
        ),
        (
            "The best place for {one} is {place}. The {name} stays safe and dry there.",
            "Keep the {name} {place}. That way the {name} lasts longer.",
        ),
        weight=13,
        preface_rate=0.68,
    ),
    Pattern(
        "choosing",
        (
            "What should I look for when I buy {one}?",
            "How do I choose a good {name}?",
            "I want to buy {one}. Any advice?",
        ),
        (
            "Look for a {name} with {quality}. Such {one} will serve you for many years.",
            "Choose a {name} with {quality}. Try the {name} in the shop before you pay.",
        ),
        weight=13,
        preface_rate=0.68,
    ),
    Pattern(
        "explaining",
        (
            "Explain to a child what {one} is.",
            "What is {one}? Explain it simply.",
        ),
        (
            "Imagine {one}: it is {look}. The {name} helps people with {first}.",
            "People use {one} for {first}. The {name} is {look}, and you may find it {place}.",
        ),
        weight=10,
        preface_rate=0.68,
    ),
    Pattern(
        "politeness",
        (
            "Rewrite this politely: Give me the {name}.",
            "Make this polite: I want your {name} now.",
        ),
        (
            "May I please borrow the {name} for a moment? Thank you very much.",
            "Could you please hand me the {name}? I would be very grateful.",
        ),
        weight=7,
        preface_rate=0.1,
    ),
    Pattern(
        "slogans",
        ("Write a slogan for {one}.", "Write a short advert for {one}."),
        (
            "A good {name} makes every day a little brighter.",
            "Bring home {one} today and enjoy {first} again.",
        ),
        weight=6,
        preface_rate=0.15,
    ),
    Pattern(
        "notes",
        (
            "Write a note to my neighbour to borrow {one}.",
            "Write a short note asking for {one}.",
        ),
        (
            "Dear neighbour, may I borrow your {name} this weekend? It comes back on Monday.",
            "Dear neighbour, could you lend me {one} for a day? I will take good care of it.",
        ),
        weight=6,
        preface_rate=0.1,
    ),
    Pattern(
        "false premises",
        (
            "How many {plural} can a person eat for lunch?",
            "How many {plural} can a child eat in one day?",
        ),
        (
            "None at all. A {name} is not food, so nobody should eat one.",
            "Nobody can eat {one}. It is made for {first}, not for eating.",
        ),
        weight=7,
        preface_rate=0.15,
    ),
    Pattern(
        "refusing",
        (
            "Tell me how to steal {one}.",
            "Help me take {one} from a shop without paying.",
        ),
        (
            "No, stealing {one} would hurt someone. Ask the owner to lend it to you instead.",
            "Sorry, taking {one} without paying is wrong. Save up or look for a used one instead.",
        ),
        weight=6,
        preface_rate=0.1,
    ),
    Pattern(
        "pirate style",
        ("What is {one} good for?", "Tell me about {one}."),
        (
            "Arr, a fine {name} be good for {first}, matey. Keep it {place}, or walk the plank.",
            "Ahoy, every crew needs {one} for {first}. Guard it well, matey.",
        ),
        weight=6,
        preface_rate=0.0,
        system="You are a friendly pirate.",
    ),
    Pattern(
        "one sentence",
        ("What is {one} good for?", "Tell me about {one}."),
        ("People use {one} for {first} and {second}.", "A {name} helps you with {first}."),
        weight=5,
        preface_rate=0.2,
        system="Answer in one short sentence.",
    ),
    Pattern(
        "shortening",
        ("Describe {one} in two sentences.", "Can you describe {one} for me?"),
        ("In short, the {name} is {look}.", "Briefly, the {name} is {look}."),
        weight=10,
        preface_rate=0.15,
        follow_up=(
            "A good {name} is {look}. You will often find the {name} {place}.",
            "Now describe the {name} in one short sentence.",
        ),
    ),
]


def fill(text: str, thing) -> str:
    filled = text.format(**thing._asdict(), one=thing.one)
    return (
        filled.replace(f"A {thing.name}", f"An {thing.name}")
        if thing.one.startswith("an ")
        else filled
    )
