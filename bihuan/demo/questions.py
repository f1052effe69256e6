"""How a consultation and a suggestion go."""

from datetime import date, datetime, timedelta

from bihuan.cases.models import Verb
from bihuan.demo import agent_verbs as desk
from bihuan.demo import closing_verbs as end
from bihuan.demo import department_verbs as department
from bihuan.demo.seasons import SHANGHAI
from bihuan.demo.stage import Stage, moment_words
from bihuan.demo.wordlists import wordlist
from bihuan.foundation.actor import Actor
from bihuan.organization.models import Unit

SLOW_SHARE = {True: 0.7, False: 0.08}
DEPARTMENT_SHARE = 0.55
DECLINED_AT_ONCE = 0.22
RATED_SHARE = 0.3


def tell_consultation(stage: Stage) -> None:
    """A question is answered at once, or a reply is promised and a department asked."""
    rng, topic = stage.rng, stage.story.opening.told.topic
    agent = stage.cast.agent(rng, stage.team)
    at = stage.after(stage.minutes("FIRST_REPLY") * stage.share(0.4, 0.62))
    stays = stage.story.stay_at
    if rng.random() < SLOW_SHARE[topic["is_slow"]] or (stays is not None and stays[0] not in ("RECEIVED", "ANSWERED")):
        due = stage.rules.after(at, stage.minutes("RESOLUTION"))
        told = stage.say("consultations", "common", at, key="promises", due=moment_words(due))
        desk.promise_reply(stage.story, agent, told, stage.go_to(at))
        if rng.random() < DEPARTMENT_SHARE or (stays is not None and stays[0] in ("HANDED_OVER", "INVESTIGATING")):
            _ask_department(stage, agent)
        at = stage.after(stage.minutes("RESOLUTION") * stage.share(0.2, 0.5))
    words = f"您好{stage.scene.person.title}，" + stage.tell(topic["answer"], at, ahead=True)
    desk.answer(stage.story, agent, words, stage.go_to(at))
    if rng.random() < 0.3:
        thanks = rng.choice(wordlist("consultations")["common"]["thanks"])
        stage.beside(stage.at + timedelta(minutes=rng.uniform(1, 50)), lambda at: stage.story.hear(thanks, at))
    end.close(stage.story, agent, stage.go_to(stage.after(rng.uniform(55, 800))))
    stage.asides.clear()
    if rng.random() < RATED_SHARE:
        (rating,) = rng.choices((1, 2, 3, 4, 5), (3, 4, 13, 34, 46))
        end.rate(stage.story, rating, "", stage.go_to(stage.at + timedelta(minutes=rng.uniform(3, 1500))))


def _ask_department(stage: Stage, agent: Actor) -> None:
    rng = stage.rng
    category = stage.story.opening.told.category
    unit = stage.cast.company.department(stage.story.world.categories[category].function, stage.case.division_id)
    liaison = stage.cast.liaison(rng, unit.pk)
    at = stage.after(rng.uniform(4, 40))
    handoff = department.hand_over(stage.story, agent, unit.pk, f"请核实：{stage.case.title}", stage.go_to(at))
    promised = stage.minutes("DEPARTMENT")
    answered_at = stage.after(promised * stage.share(0.5, 0.45))
    department.accept(stage.story, liaison, handoff, stage.go_to(stage.between(answered_at, 0.1, 0.4)))
    answer = stage.tell(stage.story.opening.told.topic["answer"], answered_at, ahead=True)
    findings = ("PROCESS", "NONE", "已核实，情况如客户所问。", answer)
    department.answer_handoff(stage.story, liaison, handoff, findings, stage.go_to(answered_at))


def tell_suggestion(stage: Stage) -> None:
    """Assessed, decided by a department, implemented or declined with a reason; the suggester hears of every step."""
    rng, topic = stage.rng, stage.story.opening.told.topic
    agent = stage.cast.agent(rng, stage.team)
    at = stage.after(stage.minutes("FIRST_REPLY") * stage.share(0.45, 0.5))
    judged: dict[str, object] = {"feasibility": rng.randint(2, 5), "value": rng.randint(2, 5)}
    desk.assess(stage.story, agent, judged, stage.say("suggestions", "common", at, key="assessments"), stage.go_to(at))
    forward_at = stage.after(rng.uniform(20, 300))
    unit = stage.cast.company.department(topic["function"], stage.case.division_id)
    if _is_declined_at_once(stage) or not stage.rules.covers(
        stage.case.kind, "DEPARTMENT", stage.case.priority, forward_at
    ):
        desk.step(stage.story, agent, Verb.DECLINE, _no(stage), stage.go_to(forward_at))
    else:
        _forward(stage, agent, unit, forward_at)
    end.close(stage.story, agent, stage.go_to(stage.after(rng.uniform(60, 700))))


def _is_declined_at_once(stage: Stage) -> bool:
    stays = stage.story.stay_at
    if stays is not None:
        return stays[0] == "DECLINED"
    return stage.rng.random() < DECLINED_AT_ONCE


def _forward(stage: Stage, agent: Actor, unit: Unit, at: datetime) -> None:
    rng, topic = stage.rng, stage.story.opening.told.topic
    request = "请评估这条建议的可行性，给出是否采纳的意见和理由。"
    handoff = department.hand_over(stage.story, agent, unit.pk, request, stage.go_to(at))
    liaison = stage.cast.liaison(rng, unit.pk)
    at = stage.after(stage.minutes("DEPARTMENT") * stage.share(0.45, 0.45))
    stays = stage.story.stay_at
    if rng.random() < topic["adopt"] or stays is not None:
        yes = stage.say("suggestions", "common", at, key="adoptions", ahead=True)
        department.decide(stage.story, liaison, handoff, Verb.ADOPT, yes, stage.go_to(at))
        _implement(stage, agent)
    else:
        department.decide(stage.story, liaison, handoff, Verb.DECLINE, _no(stage), stage.go_to(at))


def _no(stage: Stage) -> str:
    words = wordlist("suggestions")["common"]
    reason = stage.rng.choice(words["reasons"])
    return stage.scene.pick(words["declines"], stage.at.astimezone(SHANGHAI), reason=reason)


def _implement(stage: Stage, agent: Actor) -> None:
    rng, words = stage.rng, wordlist("suggestions")["common"]
    at = stage.after(rng.uniform(60, 600))
    day: date = at.astimezone(SHANGHAI).date()
    titles = rng.sample(words["milestones"], k=rng.randint(2, 3))
    plan = [
        {"title": stage.tell(title, at), "due_on": (day + timedelta(days=3 * number + 2)).isoformat()}
        for number, title in enumerate(titles)
    ]
    owned = {"owner": rng.choice(words["owners"]), "milestones": plan}
    desk.step(stage.story, agent, Verb.PLAN, _ahead(stage, "plans"), stage.go_to(at), plan=owned)
    for _round in range(rng.randint(1, 3)):
        at = stage.after(rng.uniform(300, 1100))
        desk.step(stage.story, agent, Verb.PROGRESS, _ahead(stage, "progress"), stage.go_to(at))
    at = stage.after(rng.uniform(300, 1400))
    desk.step(stage.story, agent, Verb.FINISH, _ahead(stage, "results"), stage.go_to(at))


def _ahead(stage: Stage, key: str) -> str:
    return stage.say("suggestions", "common", stage.at, key=key, ahead=True)
