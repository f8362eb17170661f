"""Invented persons and firms: names are put together by chance, cities and phone numbers do not exist."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN_FEMALE = "婷雅静怡欣悦琳慧敏娜蓉菲萱璐芸蕾薇妍彤琪"
GIVEN_MALE = "伟强磊军洋勇杰涛明超辉鹏宇浩凯峰轩博睿泽"
GIVEN_MIDDLE = "子文思嘉晓雨若志建景一书安永清云海家俊佳"
FIRST_FEMALE = [
    "Alma", "Beatrice", "Celia", "Daphne", "Edith", "Flora", "Greta", "Hazel", "Iris", "June", "Lydia", "Mabel"
]  # fmt: skip
FIRST_MALE = [
    "Albert", "Basil", "Conrad", "Desmond", "Edgar", "Felix", "Gilbert", "Hugo", "Ivor", "Jasper", "Leopold",
    "Miles"
]  # fmt: skip
LAST = [
    "Ashdown", "Birchfield", "Calloway", "Dunmore", "Elmhurst", "Fenwright", "Greywood", "Hollowell", "Ironside",
    "Kestrel", "Larkham", "Merrowby", "Northgate", "Oakhurst", "Pemberly", "Quillfeather", "Redfern",
    "Stonebridge", "Thistlewood", "Underhill", "Wrenfield", "Yarrowby"
]  # fmt: skip

FIRM_HEADS = ["澄江", "云帆", "启明", "瑞丰", "海岳", "恒信", "星桥", "青禾", "宏远", "北辰"]
FIRM_TRADES = ["精密制造", "进出口贸易", "信息技术", "新能源", "建筑工程", "物流", "生物医药", "纺织"]
FIRM_HEADS_ENGLISH = ["Harbour", "Bluestone", "Lantern", "Paper Crane", "Copper Kettle", "Windmill", "Silk Bridge"]
FIRM_TRADES_ENGLISH = ["Trading", "Logistics", "Software", "Design", "Foods", "Energy", "Textiles"]
SHOP_HEADS = ["悦来", "老街", "小满", "春风", "四季", "百味", "同福", "晴天"]
SHOP_TRADES = ["面馆", "茶庄", "水果店", "五金店", "花店", "书店", "理发店", "烘焙坊"]
SHOP_ENGLISH = ["Bakery", "Bicycle Repair", "Coffee Corner", "Flower Stall", "Tailor Shop"]

CITIES = [("云津市", "990001"), ("云津市", "990011"), ("临岚市", "990012"), ("港湾市", "990021")]
STREETS = ["江滨路", "古城街", "港湾东路", "云津大道", "梧桐路", "学府路", "朝阳街", "竹园巷", "观海路", "文昌街"]
OCCUPATIONS = {
    "low": ["Shop Assistant", "Driver", "Cleaner", "Clerk"],
    "middle": ["Teacher", "Nurse", "Engineer", "Accountant", "Civil Servant", "Sales Manager", "Designer"],
    "high": ["Physician", "Lawyer", "Software Architect", "Professor", "Company Director", "Entrepreneur", "Investor"],
}
EMPLOYERS = ["云津第一医院", "临岚大学", "港湾港务集团", "Lantern Software Ltd", "启明信息技术有限公司"]
EDUCATION = {
    "low": (["primary", "secondary", "vocational", "bachelor"], [2, 5, 5, 2]),
    "middle": (["secondary", "vocational", "bachelor", "master"], [1, 3, 8, 3]),
    "high": (["vocational", "bachelor", "master", "doctorate"], [1, 5, 6, 3]),
}
AGES = {"low": (18, 85), "middle": (24, 78), "high": (32, 76)}
INCOME = {"low": (24_000, 90_000), "middle": (90_000, 360_000), "high": (360_000, 2_600_000)}


@dataclass
class Person:
    """Who a customer is; ``kind`` is a value of ``res.partner.customer_type``."""

    kind: str
    name: str
    email: str
    phone: str
    street: str
    city: str
    zip: str
    nationality: str = "CN"
    gender: str | None = None
    birthdate: date | None = None
    marital_status: str | None = None
    education: str | None = None
    occupation: str | None = None
    employer: str | None = None
    annual_income: float = 0
    # Identity document
    document_type: str = "cn_resident_id"
    document_number: str = ""


class PersonMaker:
    """Makes one person after another, drawing from ``random``; no two have the same name."""

    def __init__(self, random, today):
        self.random = random
        self.today = today
        self.taken = set()

    def make(self, index, kind, wealth):
        """Return an invented person.

        :param index: number of the customer, 0..499: makes phones, e-mail addresses and documents unique
        :param kind: ``individual``, ``sole_trader`` or ``company``
        :param wealth: ``low``, ``middle`` or ``high``
        """
        random = self.random
        city, zip_code = random.choice(CITIES)
        gender = random.choice(["female", "male"])
        is_english = random.random() < 0.28
        person = Person(
            kind=kind,
            name=self._new_name(kind, gender, is_english),
            email=f"customer{index:03}@mail{index % 3 + 1}.example.com",
            phone=f"+86 100 5551 {index:04}",
            street=f"{random.choice(STREETS)} {random.randint(1, 399)} 号",
            city=city,
            zip=zip_code,
            nationality=random.choice(["GB", "US", "SG", "AU"]) if is_english and kind == "individual" else "CN",
        )
        if kind == "company":
            person.annual_income = round(random.uniform(2e6, 6e7), -4)
            person.document_type, person.document_number = "business_licence", credit_code(index)
        else:
            self._fill_person(person, gender, wealth)
            self._fill_document(person, index)
        return person

    def _new_name(self, kind, gender, is_english):
        maker = {"individual": self._individual, "sole_trader": self._shop, "company": self._firm}[kind]
        while (name := maker(gender, is_english)) in self.taken:
            pass
        self.taken.add(name)
        return name

    def _individual(self, gender, is_english):
        choice = self.random.choice
        if is_english:
            return f"{self._first_name(gender)} {choice(LAST)}"
        middle = choice(GIVEN_MIDDLE) if self.random.random() < 0.75 else ""
        return choice(SURNAMES) + middle + choice(GIVEN_FEMALE if gender == "female" else GIVEN_MALE)

    def _first_name(self, gender):
        return self.random.choice(FIRST_FEMALE if gender == "female" else FIRST_MALE)

    def _shop(self, gender, is_english):
        if is_english:
            return f"{self._first_name(gender)}'s {self.random.choice(SHOP_ENGLISH)}"
        return self.random.choice(SHOP_HEADS) + self.random.choice(SHOP_TRADES)

    def _firm(self, gender, is_english):
        if is_english:
            return f"{self.random.choice(FIRM_HEADS_ENGLISH)} {self.random.choice(FIRM_TRADES_ENGLISH)} Ltd"
        return f"{self.random.choice(FIRM_HEADS)}{self.random.choice(FIRM_TRADES)}有限公司"

    def _fill_person(self, person, gender, wealth):
        random = self.random
        age = random.randint(*AGES[wealth])
        # Every tenth birthday comes within the next month, so that reminders have something to remind of.
        days_left = random.randint(0, 30) if random.random() < 0.1 else random.randint(31, 360)
        person.gender = gender if random.random() < 0.97 else random.choice(["other", "unknown"])
        person.birthdate = self.today + timedelta(days=days_left) - relativedelta(years=age + 1)
        person.marital_status = random.choices(
            ["single", "married", "divorced", "widowed"], [9, 1, 0, 0] if age < 25 else [2, 8, 2, 2 if age > 60 else 0]
        )[0]
        person.education = random.choices(*EDUCATION[wealth])[0]
        person.occupation = self._occupation(wealth, age, person.kind)
        if person.occupation not in ("Retired", "Student", "Investor", "Shop Owner", "Entrepreneur"):
            person.employer = random.choice(EMPLOYERS)
        person.annual_income = round(random.uniform(*INCOME[wealth]), -3)

    def _occupation(self, wealth, age, kind):
        if kind == "sole_trader":
            return "Shop Owner"
        if age >= 63 and wealth != "high":
            return "Retired"
        if age < 22:
            return "Student"
        return self.random.choice(OCCUPATIONS[wealth])

    def _fill_document(self, person, index):
        if person.nationality == "CN":
            person.document_number = resident_id(person.birthdate, index, person.gender == "female")
        else:
            person.document_type, person.document_number = "passport", f"XQ{7_000_000 + index * 37}"


def resident_id(birthdate, serial, is_female):
    """Return a Chinese resident identity number with a right check digit and an area code that does not exist.

    :param serial: 0..499; the last digit of the sequence is odd for men and even for women
    """
    body = f"990000{birthdate:%Y%m%d}{serial * 2 % 1000 + (0 if is_female else 1):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def credit_code(serial):
    """Return a unified social credit code (GB 32100) of an authority and an area that do not exist."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"99990000MA{serial:07}"
    total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + alphabet[(31 - total % 31) % 31]


def account_number(serial):
    """Return an account or card number with a right Luhn digit and a prefix that no issuer has."""
    body = f"990000{serial:012}"
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(reversed(body))
    )
    return body + str(-total % 10)
