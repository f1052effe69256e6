"""The provinces of China as addresses begin with them: what divisions serve and customers choose from."""

# fmt: off
PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海",  # data, not a message
    "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南",  # data, not a message
    "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西",  # data, not a message
    "甘肃", "青海", "宁夏", "新疆", "香港", "澳门", "台湾",  # data, not a message
)
# fmt: on
CHOICES = [("", "—"), *((name, name) for name in PROVINCES)]
