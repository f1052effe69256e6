"""Workbooks as a price department would make them."""

import io

from openpyxl import Workbook

GOOD = {
    "规则": [["名称", "值"], ["抛比", 6000], ["保价万分比", 50], ["保价最低元", 1]],
    "价格": [
        ["服务", "区", "首重公斤", "首重元", "续重公斤", "续重元"],
        ["标准", 3, 1, 13, 1, 6],
        ["特快", 3, 1, 23.4, 1, 10.8],
    ],
    "分区": [["始发省", "目的省", "区", "标准小时", "特快小时"], ["上海", "四川", 3, 72, 36]],
    "服务区域": [
        ["省", "市", "服务", "附加费元"],
        ["上海", "上海", "收派", None],
        ["四川", "成都", "收派", 0],
        ["四川", "甘孜", "不服务", None],
    ],
}


def workbook(**changes: list[list[object]] | None) -> bytes:
    """The good workbook with some sheets replaced, or left out with None."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in (GOOD | changes).items():
        if rows is None:
            continue
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
