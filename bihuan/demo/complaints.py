"""How a complaint goes: confirm, investigate, answer, call back; not satisfied means once more, one level higher."""

from datetime import datetime

from bihuan.cases.models import CallbackResult, ReturnReason
from bihuan.demo import agent_verbs as desk
from bihuan.demo import closing_verbs as end
from bihuan.demo import department_verbs as department
from bihuan.demo.chronicle import CUSTOMER
from bihuan.demo.rows import Row
from bihuan.demo.seasons import SHANGHAI
from bihuan.demo.stage import Stage, moment_words
from bihuan.demo.wordlists import wordlist
from bihuan.foundation.actor import Actor
from bihuan.intake.models import Channel
from bihuan.promises.models import PromiseKind

DIRECT_SHARE = 0.16
RETURN_SHARE = 0.08
UNSATISFIED_SHARE = (0.075, 0.14, 0.0)
UNREACHED_SHARE = 0.12
OWN_ANSWER_SHARE = 0.22
EXTENSION_SHARE = 0.6
RATED_SHARE = 0.46
LONGEST_ANSWER_SHARE = 0.5


def tell_complaint(stage: Stage) -> None:
    """From confirming to the customer's rating. Raises Halted where the story stops."""
    agent = stage.cast.agent(stage.rng, stage.team)
    at = stage.after(stage.minutes("FIRST_REPLY") * stage.share(0.38, 0.6))
    result_due = stage.rules.after(at, stage.minutes("RESOLUTION"))
    words = {"matter": f"“{stage.case.title}”", "agent": agent.name, "due": moment_words(result_due)}
    desk.confirm(stage.story, agent, stage.say("replies", "confirm", at, **words), stage.go_to(at))
    _chat(stage, agent)
    while True:
        _investigate(stage, agent)
        _answer(stage, agent)
        if _call_back(stage, agent):
            break
        agent = stage.cast.superior(stage.team, stage.case.level)
        desk.claim(stage.story, agent, stage.go_to(stage.after(stage.rng.uniform(8, 140))))
    desk_at = stage.go_to(stage.after(stage.rng.uniform(4, 90)))
    end.close(stage.story, agent, desk_at)
    _rate(stage)


def _chat(stage: Stage, agent: Actor) -> None:
    """What lies beside the main line of the first days: notes, questions of the customer, news on the way."""
    rng, story = stage.rng, stage.story
    horizon = stage.after(stage.minutes("RESOLUTION") * 0.7)
    if rng.random() < 0.28:
        words = stage.say("replies", "note", stage.at)
        stage.beside(stage.between(horizon, 0.02, 0.5), lambda at: desk.add_note(story, agent, words, at))
    if rng.random() < 0.22:
        text = stage.scene.pick(wordlist("complaints")["common"]["followups"], stage.at.astimezone(SHANGHAI))
        stage.beside(stage.between(horizon, 0.3, 0.8), lambda at: story.hear(text, at))
    if rng.random() < 0.24:
        due = story.ledger.find(PromiseKind.RESOLUTION)
        news = stage.say("replies", "progress", stage.at, due=moment_words(due.due_at if due else horizon))
        stage.beside(stage.between(horizon, 0.2, 0.7), lambda at: desk.reply(story, agent, news, at))


def _investigate(stage: Stage, agent: Actor) -> None:
    stays = stage.story.stay_at
    wants_department = stays is not None and stays[0] in ("HANDED_OVER", "INVESTIGATING")
    if stage.rng.random() < DIRECT_SHARE and not wants_department:
        at = stage.after(stage.minutes("RESOLUTION") * stage.share(0.3, 0.5))
        _plan_extension(stage, agent, at)
        desk.submit_findings(stage.story, agent, _findings(stage, at), stage.go_to(at))
        return
    handoff = _hand_over(stage, agent)
    if stage.rng.random() < RETURN_SHARE:
        handoff = _hand_over_again(stage, agent, handoff)
    _ask_department(stage, agent, handoff)


def _hand_over(stage: Stage, agent: Actor) -> Row:
    at = stage.after(stage.rng.uniform(4, 45))
    own = stage.story.opening.told.topic["request"]
    function = stage.story.world.categories[stage.story.opening.told.category].function
    unit = stage.cast.company.department(function, stage.case.division_id)
    return department.hand_over(stage.story, agent, unit.pk, stage.tell(own, at), stage.go_to(at))


def _hand_over_again(stage: Stage, agent: Actor, handoff: Row) -> Row:
    """The department gives it back with a reason; the agent mends that and asks again."""
    liaison = stage.cast.liaison(stage.rng, handoff.department_id)
    at = stage.after(stage.rng.uniform(15, 200))
    choice = stage.rng.choice([ReturnReason.NOT_OURS, ReturnReason.TOO_LITTLE, ReturnReason.ANSWERED_ELSEWHERE])
    notes = wordlist("replies")["return"][choice.value]
    words = (choice, stage.scene.pick(notes, at.astimezone(SHANGHAI)))
    department.give_back(stage.story, liaison, handoff, words, stage.go_to(at))
    return _hand_over(stage, agent)


def _ask_department(stage: Stage, agent: Actor, handoff: Row) -> None:
    rng, promised = stage.rng, stage.minutes("DEPARTMENT")
    liaison = stage.cast.liaison(rng, handoff.department_id)
    answered_at = stage.after(promised * stage.share(0.54, 0.48))
    _plan_extension(stage, agent, answered_at)
    taken_at = min(stage.after(promised * stage.share(0.08, 0.8)), stage.between(answered_at, 0.2, 0.4))
    department.accept(stage.story, liaison, handoff, stage.go_to(taken_at))
    items = wordlist("replies")["evidence"][stage.story.opening.told.category]
    for item, statement in rng.sample(items, k=rng.randint(1, len(items))):
        words = (item, stage.tell(statement, stage.at))
        given_at = stage.between(answered_at, 0.3, 0.8)
        department.add_evidence(stage.story, liaison, handoff, words, stage.go_to(given_at))
    findings = _findings(stage, answered_at)
    department.answer_handoff(stage.story, liaison, handoff, findings, stage.go_to(answered_at))


def _findings(stage: Stage, at: datetime) -> tuple[str, str, str, str]:
    cause, where, finding, solution = stage.story.opening.told.topic["outcome"]
    return cause, where, stage.tell(finding, at), stage.tell(solution, at)


def _plan_extension(stage: Stage, agent: Actor, found_at: datetime) -> None:
    """Who sees the result will be late mostly asks for more time before it is due."""
    promise = stage.story.ledger.find(PromiseKind.RESOLUTION)
    if promise is None or promise.extended_minutes or found_at < promise.due_at or stage.rng.random() > EXTENSION_SHARE:
        return
    asked_at = stage.between(promise.due_at, 0.6, 0.95)
    minutes = stage.rng.choice((240, 480, 690, 1380))
    reason = stage.say("replies", "extend", asked_at, key="reasons")
    later = stage.rules.after(promise.due_at, minutes)
    words = {"due": moment_words(promise.due_at), "reason": reason, "later": moment_words(later)}
    notice = stage.say("replies", "extend", asked_at, key="notices", **words)
    stage.beside(asked_at, lambda at: desk.extend(stage.story, agent, minutes, (reason, notice), at))


def _answer(stage: Stage, agent: Actor) -> None:
    at = stage.after(stage.minutes("RESOLUTION") * min(stage.share(0.1, 0.8), LONGEST_ANSWER_SHARE))
    words = {"matter": f"“{stage.case.title}”", "finding": stage.case.findings, "solution": stage.case.solution}
    desk.answer(stage.story, agent, stage.say("replies", "answer", at, **words), stage.go_to(at))
    stage.asides.clear()


def _call_back(stage: Stage, agent: Actor) -> bool:
    """Ask until somebody answers; True when the customer is satisfied."""
    rng = stage.rng
    stays = stage.story.stay_at
    is_satisfied = rng.random() >= UNSATISFIED_SHARE[min(stage.case.level, 2)]
    if stays is not None and stays[1] > stage.case.round:
        is_satisfied = False
    if stage.case.channel == Channel.PORTAL and rng.random() < OWN_ANSWER_SHARE:
        at = stage.at + (stage.after(400) - stage.at) * rng.random()
        _record(stage, CUSTOMER, is_satisfied, at)
        return is_satisfied
    caller = stage.cast.caller(rng, stage.team, stage.case.handler_ids)
    at = stage.after(stage.minutes("CALLBACK") * min(stage.share(0.3, 0.6), 1.6))
    if rng.random() < UNREACHED_SHARE:
        note = stage.say("replies", "callback", at, key="unreached")
        end.call_back(stage.story, caller, CallbackResult.UNREACHED, note, stage.go_to(at))
        at = stage.after(rng.uniform(60, 420))
    _record(stage, caller, is_satisfied, at)
    return is_satisfied


def _record(stage: Stage, actor: Actor, is_satisfied: bool, at: datetime) -> None:
    result = CallbackResult.SATISFIED if is_satisfied else CallbackResult.UNSATISFIED
    note = stage.say("replies", "callback", at, key=result.value.lower())
    end.call_back(stage.story, actor, result, note, stage.go_to(at))


def _rate(stage: Stage) -> None:
    """What was late or came back is rated lower."""
    rng = stage.rng
    if rng.random() > RATED_SHARE:
        return
    was_late = any(promise.broken_at for promise in stage.story.ledger.promises)
    weights = (14, 14, 26, 26, 20) if was_late or stage.case.round > 1 else (3, 4, 13, 36, 44)
    (rating,) = rng.choices((1, 2, 3, 4, 5), weights)
    comment = rng.choice(wordlist("replies")["rating"]["low" if rating <= 2 else "high"])
    end.rate(stage.story, rating, comment, stage.go_to(stage.at + (stage.after(900) - stage.at) * rng.random()))
