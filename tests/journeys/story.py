"""The steps of a lost parcel's story, each done by its person in a window of their own."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.windows import Window, fill

WAYBILL = "YH773104829156"
MATTER = "镜头周五要用，物流停在武汉三天了，打网点电话没人接。"
FINDINGS = {
    "findings": "装车 214 票，卸车 213 票，缺的一票就是本件。",
    "solution": "按保价全额赔偿 3000 元。",
    "cause": "PROCESS",
    "cause_stage": "LINEHAUL",
    "cause_station": "汉阳营业部",
}


def file_complaint(phone: Window) -> tuple[str, str]:
    """The customer files on the portal, with a photo; the case number and the one-time code."""
    phone.open("/service/")
    phone.page.get_by_role("main").get_by_role("link", name="投诉").click()
    phone.look()
    form = phone.page.locator("form.bp-form")
    form.get_by_role("button", name="提交").click()
    phone.see("请至少选一项")
    phone.look()
    fill(form, "category", "LOSS")
    fill(form, "waybill", WAYBILL)
    fill(form, "matter", MATTER)
    fill(form, "region", "浙江")
    form.get_by_text("尽快找回或送到").click()
    picture = {"name": "寄件底单.jpg", "mimeType": "image/jpeg", "buffer": phone.page.screenshot(type="jpeg")}
    form.locator("[name=files]").set_input_files(picture)
    fill(form, "customer_name", "赵敏娟")
    fill(form, "customer_phone", "13800001234")
    form.get_by_role("button", name="提交").click()
    number = phone.page.locator("#case-number").inner_text()
    phone.look()
    return number, phone.page.locator("#follow-code").inner_text()


def sees_it_come(lin: Window, file: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    """What ``file`` files appears in the queues before Lin without her page being loaded again."""
    waiting = lin.page.locator("#queues .bh-q").filter(has_text="丢失短少").locator(".n")
    before = sum(map(int, waiting.all_inner_texts()))
    lin.page.evaluate("window.stayed = true")
    number, code = file()
    expect(waiting).to_have_text(str(before + 1))
    assert lin.page.evaluate("window.stayed")
    return number, code


def open_from_list(person: Window, heading: str, number: str) -> None:
    """Open a case from one of the lists on the left of the workspace."""
    person.page.goto("/desk")
    person.see(heading, within="#queues")
    person.page.locator(f"#queues a[href*='{number}']").first.click()
    expect(person.page.locator(".bh-case-meta")).to_contain_text(number)
    person.look()


def take_and_confirm(lin: Window, number: str) -> None:
    lin.page.locator("#queues .bh-q").filter(has_text="丢失短少").click()
    lin.look()
    lin.page.locator(f".bh-pane-m a[href*='{number}']").click()
    lin.page.get_by_role("button", name="领走").click()
    lin.toast("案件归你承办")
    lin.look()
    lin.step("confirm")
    lin.toast("承诺开始计时")
    lin.see("承诺客户")


def refuses_to_close(person: Window, number: str) -> None:
    """A form of an old page asks to close: the answer says what is missing and whose rule it is."""
    back = person.page.url
    person.expected_statuses = {422}
    person.page.evaluate(
        """number => {
            const form = document.querySelector("form[action$='/do/note']");
            form.action = `/cases/${number}/do/close`;
            HTMLFormElement.prototype.submit.call(form);
        }""",
        number,
    )
    person.see("请先选根本原因和发生环节")
    person.see("投诉须有根因编码才能办结")
    person.look()
    person.expected_statuses = set()
    person.page.goto(back)


def department_answers(xu: Window, number: str) -> None:
    """On the phone: accept, add evidence, answer with cause and solution."""
    xu.page.locator(".bm-list a").filter(has_text=number).click()
    xu.look()
    xu.page.get_by_role("button", name="接收").click()
    xu.toast("已接收")
    xu.look()
    xu.page.get_by_text("添加证据").click()
    form = xu.page.locator("form[action$='/evidence']")
    fill(form, "item", "装车清单")
    form.locator("[name=file]").set_input_files(
        {"name": "装车清单.txt", "mimeType": "text/plain", "buffer": b"214 / 213"}
    )
    fill(form, "statement", "清单与监控对过，汉阳少一票。")
    form.get_by_role("button", name="存入证据").click()
    xu.toast("证据已存入")
    xu.look()
    answer = xu.page.locator("#answer-form")
    for name, value in FINDINGS.items():
        fill(answer, name, value)
    xu.page.get_by_role("button", name="答复").click()
    xu.toast("已答复客服")
    xu.look()


def hand_over(lin: Window) -> None:
    chosen = lin.page.locator("[name=department_id] option:checked")
    expect(chosen).to_have_text("华东运营部")
    lin.step("hand_over", request="请交装车监控和清单，说明这票在哪里。")
    lin.toast("部门时钟开始")
    lin.look()


def call_back(person: Window, number: str, result: str, note: str) -> None:
    open_from_list(person, "待我回访", number)
    person.step("callback", result=result, note=note)
    person.toast("回访已记录")


def verify_archive(content: bytes, number: str) -> None:
    """Every part has the checksum the list says, and the story is in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        sums = dict(reversed(line.split("  ")) for line in bundle.read("SHA256SUMS").decode().splitlines())
        assert set(sums) == {"case.json", "case.pdf"}
        for name, digest in sums.items():
            assert hashlib.sha256(bundle.read(name)).hexdigest() == digest
        story = json.loads(bundle.read("case.json"))
    assert (story["number"], story["state"], story["rounds"], story["rating"]) == (number, "CLOSED", 2, 5)
    assert "赵敏娟" not in json.dumps(story, ensure_ascii=False)


def find_case(phone: Window, number: str, code: str) -> None:
    """Fill in the page that asks for number and code."""
    form = phone.page.locator("form.bp-form")
    fill(form, "number", number)
    fill(form, "code", code)
    form.get_by_role("button", name="查进度").click()


def follow(phone: Window, number: str, code: str) -> None:
    """Number and one-time code lead to the case."""
    phone.page.goto("/service/")
    phone.page.get_by_role("link", name="查案件进度").click()
    find_case(phone, number, code)
    expect(phone.page).to_have_url(re.compile("/service/case/"))


def follow_and_rate(phone: Window, number: str, code: str) -> None:
    """The customer comes back, reads the story and rates."""
    follow(phone, number, code)
    phone.see("除赔偿外退还运费 23 元")
    phone.look()
    rating = phone.page.locator("#rate form")
    rating.locator("[name=rating][value='5']").check(force=True)
    fill(rating, "comment", "第二次办得很好")
    rating.get_by_role("button", name="评价").click()
    phone.see("你给了 5 分")
    phone.look()


def travel(window: Callable[..., Window], lin: Window, xu: Window, number: str) -> Window:
    """From the queue to the second close: Lin, operations, Wei, one level higher Qian, and Zhou; Qian's window."""
    take_and_confirm(lin, number)
    refuses_to_close(lin, number)
    hand_over(lin)
    expect(xu.page.locator(".bm-list a").filter(has_text=number)).to_be_visible()
    department_answers(xu, number)
    lin.see("查明原因并提出方案")
    open_from_list(lin, "我的承诺", number)
    lin.step("answer", message="已查明在汉阳中转遗失，按保价赔偿 3000 元，两日内到账。")
    lin.toast("已答复客户")

    wei = window("E10003")
    call_back(wei, number, "UNSATISFIED", "赔偿没有提镜头的运费。")
    expect(wei.page.locator(".bh-case-meta")).to_contain_text("第 2 轮 · 大区")
    wei.look()

    qian = window("E10004")
    open_from_list(qian, "升到大区", number)
    qian.step("find", **FINDINGS | {"solution": "赔偿 3000 元，另退运费 23 元。"})
    qian.toast("调查结果已记录")
    qian.step("answer", message="除赔偿外退还运费 23 元，今天到账。")
    qian.toast("已答复客户")
    call_back(window("E10002"), number, "SATISFIED", "这次说清楚了。")
    open_from_list(qian, "我的承诺", number)
    qian.step("close")
    qian.toast("案件已办结")
    qian.look()
    return qian
