import pytest

from bihuan.clearance.quiz import Question, read_quiz, score, write_quiz

WRITTEN = """可以把客户电话存到自己手机里吗？
- 可以
* 不可以

查看明文要有什么？
* 用途和案件
- 好奇心
- 组长在场
"""


def test_a_quiz_is_read_and_written_back():
    quiz = read_quiz(WRITTEN)
    assert quiz[0] == Question("可以把客户电话存到自己手机里吗？", ("可以", "不可以"), 1)
    assert read_quiz(write_quiz(quiz)) == quiz
    assert [Question.from_json(question.as_json()) for question in quiz] == quiz


@pytest.mark.parametrize("bad", ["问？\n- 是\n- 否", "问？\n* 是", "问？\n* 是\n* 否", "问？\n* \n- 否", "问？"])
def test_a_question_needs_two_choices_and_one_right_answer(bad):
    with pytest.raises(ValueError, match="问？"):
        read_quiz(bad)


@pytest.mark.parametrize(
    ("answers", "reached"), [([1, 0], 100), ([1, 2], 50), ([0, None], 0)], ids=["all", "half", "none"]
)
def test_the_score_is_the_share_of_right_answers(answers, reached):
    assert score(read_quiz(WRITTEN), answers) == reached


def test_without_questions_reading_is_enough():
    assert score([], []) == 100
