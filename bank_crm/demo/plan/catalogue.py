"""The range of products of the invented bank."""

from collections import namedtuple

Family = namedtuple("Family", "code name name_zh product_class")

FAMILIES = [
    Family("current", "Current Accounts", "活期存款", "deposit"),
    Family("time", "Time Deposits", "定期存款", "deposit"),
    Family("large", "Certificates of Deposit", "大额存单", "deposit"),
    Family("mortgage", "Mortgages", "住房贷款", "loan"),
    Family("credit", "Consumer and Business Loans", "消费与经营贷款", "loan"),
    Family("debit", "Debit Cards", "借记卡", "card"),
    Family("credit_card", "Credit Cards", "信用卡", "card"),
    Family("fund", "Investment Funds", "基金", "fund"),
    Family("wealth", "Wealth Management Products", "理财产品", "wealth"),
    Family("insurance", "Insurance", "保险", "insurance"),
    Family("metal", "Precious Metals", "贵金属", "metal"),
    Family("other", "Trusts and Others", "信托及其他", "other"),
]


class Product(
    namedtuple(
        "Product",
        "code family name name_zh rating rate term_months min_amount max_amount tiers customer_type currency ended",
        defaults=(None, 0, 0, 0, 0, (), None, "CNY", False),
    )
):
    """A product; ``tiers`` are the codes of the only tiers that may have it, ``ended`` means no longer sold."""


PRODUCTS = [
    Product("D001", "current", "Current Account", "个人活期存款", "r1", 0.05),
    Product("D002", "current", "Business Account", "单位结算账户", "r1", 0.05, customer_type="company"),
    Product("D003", "current", "Foreign Currency Account USD", "美元活期存款", "r1", 0.8, currency="USD"),
    Product("D103", "time", "Time Deposit 3 Months", "定期存款三个月", "r1", 0.65, 3, 50),
    Product("D106", "time", "Time Deposit 6 Months", "定期存款六个月", "r1", 0.85, 6, 50),
    Product("D112", "time", "Time Deposit 1 Year", "定期存款一年", "r1", 0.95, 12, 50),
    Product("D136", "time", "Time Deposit 3 Years", "定期存款三年", "r1", 1.25, 36, 50),
    Product("D236", "large", "Certificate of Deposit 3 Years", "大额存单三年", "r1", 1.55, 36, 200_000, 0,
            ("vip", "premier", "private")),
    Product("L001", "mortgage", "Home Mortgage 20 Years", "个人住房贷款", None, 3.1, 240, 100_000, 8_000_000,
            customer_type="individual"),
    Product("L002", "credit", "Consumer Loan 3 Years", "个人消费贷款", None, 3.6, 36, 5_000, 300_000,
            customer_type="individual"),
    Product("L003", "credit", "Small Business Loan 1 Year", "小微企业贷款", None, 3.45, 12, 50_000, 10_000_000),
    Product("C001", "debit", "Debit Card", "借记卡"),
    Product("C101", "credit_card", "Classic Credit Card", "标准信用卡", None, 18.25, max_amount=50_000),
    Product("C102", "credit_card", "Platinum Credit Card", "白金信用卡", None, 18.25, 0, 0, 500_000,
            ("vip", "premier", "private")),
    Product("F001", "fund", "Harbour Money Market Fund", "港湾货币基金", "r1", 1.4, 0, 1),
    Product("F002", "fund", "Steady Bond Fund", "稳健债券基金", "r2", 2.8, 0, 100),
    Product("F003", "fund", "Balanced Opportunities Fund", "均衡配置基金", "r3", 0, 0, 100),
    Product("F004", "fund", "Technology Equity Fund", "科技股票基金", "r4", 0, 0, 100),
    Product("F005", "fund", "Frontier Futures Fund", "前沿期货基金", "r5", 0, 0, 100_000),
    Product("W001", "wealth", "Daily Liquidity", "日日盈", "r1", 1.7, 0, 1_000),
    Product("W106", "wealth", "Steady Half Year", "稳盈半年", "r2", 2.3, 6, 10_000),
    Product("W112", "wealth", "Progress One Year", "进取一年", "r3", 2.9, 12, 50_000),
    Product("W212", "wealth", "Private Selection One Year", "私享优选一年", "r3", 3.4, 12, 1_000_000, 0, ("private",)),
    Product("W306", "wealth", "Spring Festival Special", "新春专享", "r2", 2.6, 6, 10_000, ended=True),
    Product("I001", "insurance", "Annuity Insurance", "年金保险", "r1", 2.0, 0, 10_000, customer_type="individual"),
    Product("I002", "insurance", "Whole Life Insurance", "终身寿险", "r2", 2.2, 0, 50_000, customer_type="individual"),
    Product("M001", "metal", "Gold Savings Plan", "黄金积存", "r3", 0, 0, 500),
    Product("M002", "metal", "Physical Gold Bar", "实物金条", "r3", 0, 0, 10_000),
    Product("O001", "other", "Family Trust", "家族信托", "r3", 3.8, 0, 1_000_000, 0, ("private",)),
    Product("O900", "other", "Assets with Other Institutions", "他行资产"),
]  # fmt: skip

# What the bank earns in a year on a balance of 100, by family.
MARGINS = {
    "current": 1.6, "time": 0.7, "large": 0.5, "mortgage": 1.3, "credit": 2.9, "debit": 0, "credit_card": 9.5,
    "fund": 0.7, "wealth": 0.6, "insurance": 0.9, "metal": 0.5, "other": 0.4,
}  # fmt: skip

BY_CODE = {product.code: product for product in PRODUCTS}
CLASS_BY_FAMILY = {family.code: family.product_class for family in FAMILIES}
