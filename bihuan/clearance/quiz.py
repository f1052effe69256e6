"""The quiz of an undertaking. Pure: written as text, read into questions, marked.

员工可以把客户电话存到自己手机里吗？
- 可以
* 不可以
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

RIGHT, WRONG = "*", "-"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its choices, and which one is right."""

    text: str
    choices: tuple[str, ...]
    answer: int

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "choices": list(self.choices), "answer": self.answer}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Question":
        return cls(stored["text"], tuple(stored["choices"]), stored["answer"])


def read_quiz(written: str) -> list[Question]:
    """Questions with at least two choices, exactly one marked right. Raises ValueError with the bad question."""
    questions: list[Question] = []
    for block in _blocks(written):
        text, *lines = block
        choices = tuple(line[1:].strip() for line in lines)
        right = [place for place, line in enumerate(lines) if line.startswith(RIGHT)]
        if len(choices) < 2 or len(right) != 1 or not all(choices):
            raise ValueError(text)
        questions.append(Question(text, choices, right[0]))
    return questions


def _blocks(written: str) -> list[list[str]]:
    """Lines of each question together; a line without a mark begins one."""
    blocks: list[list[str]] = []
    for line in (line.strip() for line in written.splitlines()):
        if line and not line.startswith((RIGHT, WRONG)):
            blocks.append([line])
        elif line and blocks:
            blocks[-1].append(line)
    return blocks


def write_quiz(questions: Sequence[Question]) -> str:
    """The text that ``read_quiz`` reads."""
    blocks = [
        "\n".join([it.text, *(f"{RIGHT if n == it.answer else WRONG} {choice}" for n, choice in enumerate(it.choices))])
        for it in questions
    ]
    return "\n\n".join(blocks)


def score(questions: Sequence[Question], answers: Sequence[int | None]) -> int:
    """Percent of right answers, rounded down; 100 without questions."""
    right = sum(given == it.answer for it, given in zip(questions, answers, strict=True))
    return right * 100 // len(questions) if questions else 100
