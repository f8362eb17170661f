"""The invented bank: its branches and its staff. Nobody and nothing here exists."""

from collections import namedtuple

BANK_NAME = "青岚银行 Qinglan Bank"
DOMAIN = "qinglan-bank.example.com"
# Demonstration data is for trying things out: everybody has the same simple password.
PASSWORD = "demo"

Branch = namedtuple("Branch", "key code name parent branch_class manager services street zip phone")
Staff = namedtuple("Staff", "login name role branch lang")

BRANCHES = [
    Branch(
        "head_office", "1000", "Head Office 总行营业部", None, "full_service", "manager3",
        ["cash", "wealth", "loans", "forex", "safe_deposit", "corporate"], "云津大道 1 号", "990001",
        "+86 100 5550 1000",
    ),
    Branch(
        "riverside", "1100", "Riverside Branch 江滨分行", "head_office", "full_service", "manager",
        ["cash", "wealth", "loans", "forex"], "江滨路 88 号", "990011", "+86 100 5550 1100",
    ),
    Branch(
        "vip_centre", "1110", "Riverside VIP Centre 江滨贵宾中心", "riverside", "vip_centre", None,
        ["wealth", "forex", "safe_deposit", "vip_lounge"], "江滨路 90 号", "990011", "+86 100 5550 1110",
    ),
    Branch(
        "old_town", "1120", "Old Town Community Branch 古城社区支行", "riverside", "community", None,
        ["cash", "self_service"], "古城街 16 号", "990012", "+86 100 5550 1120",
    ),
    Branch(
        "harbour", "1200", "Harbour Branch 港湾分行", "head_office", "full_service", "manager2",
        ["cash", "wealth", "loans", "corporate"], "港湾东路 200 号", "990021", "+86 100 5550 1200",
    ),
    Branch(
        "harbour_self", "1210", "Harbour Self-service 港湾自助银行", "harbour", "self_service", None,
        ["self_service"], "港湾东路 318 号", "990021", "+86 100 5550 1210",
    ),
]  # fmt: skip

GROUPS = {
    "relationship manager": "bank_crm.group_relationship_manager",
    "branch manager": "bank_crm.group_branch_manager",
    "service agent": "bank_crm.group_service_agent",
    "compliance": "bank_crm.group_compliance",
    "auditor": "bank_crm.group_auditor",
    "operations": "bank_crm.group_operations",
    "administrator": "bank_crm.group_bank_admin",
}

# The first login of each role stands in logins.json. `lang` is used where that language is installed.
STAFF = [
    Staff("rm", "Lin Yue 林悦", "relationship manager", "riverside", "en_US"),
    Staff("rm2", "Shen Kai 沈凯", "relationship manager", "riverside", "zh_CN"),
    Staff("rm3", "Clara Whitmoor", "relationship manager", "riverside", "en_US"),
    Staff("rm4", "Su Wanqing 苏婉清", "relationship manager", "vip_centre", "zh_CN"),
    Staff("rm5", "Adrian Vale", "relationship manager", "vip_centre", "en_US"),
    Staff("rm6", "Gu Mingzhe 顾明哲", "relationship manager", "vip_centre", "zh_CN"),
    Staff("rm7", "Tang Xin 唐欣", "relationship manager", "old_town", "zh_CN"),
    Staff("rm8", "Cheng Hao 程浩", "relationship manager", "harbour", "zh_CN"),
    Staff("rm9", "Nora Fairbank", "relationship manager", "harbour", "en_US"),
    Staff("rm10", "Lu Siyuan 陆思远", "relationship manager", "harbour", "zh_CN"),
    Staff("rm11", "Xu Jia 许佳", "relationship manager", "head_office", "zh_CN"),
    Staff("rm12", "Oliver Thornby", "relationship manager", "head_office", "en_US"),
    Staff("manager", "He Ruilin 何瑞琳", "branch manager", "riverside", "en_US"),
    Staff("manager2", "Martin Ashgrove", "branch manager", "harbour", "en_US"),
    Staff("manager3", "Jiang Bowen 江博文", "branch manager", "head_office", "zh_CN"),
    Staff("agent", "Bai Ling 白灵", "service agent", "head_office", "en_US"),
    Staff("compliance", "Fang Zheng 方正", "compliance", "head_office", "en_US"),
    Staff("auditor", "Helen Marchwood", "auditor", "head_office", "en_US"),
    Staff("operations", "Qin Feng 秦枫", "operations", "head_office", "en_US"),
    Staff("administrator", "Yan Rong 严蓉", "administrator", "head_office", "en_US"),
]

MANAGERS_BY_BRANCH = {
    branch.key: [
        person.login for person in STAFF if (person.role, person.branch) == ("relationship manager", branch.key)
    ]
    for branch in BRANCHES
}
