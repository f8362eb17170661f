"""Which key of a row a column of a file stands for."""

import re

from odoo.tools.translate import LazyTranslate, code_translations

_lt = LazyTranslate(__name__)

SHIPPED_LANGUAGES = ("zh_CN",)

# Keys of a row. In a file, an identity document and a party stand in the row of their customer or holding.
CUSTOMER_KEYS = {
    "external_id": _lt("External ID"),
    "name": _lt("Name"),
    "customer_number": _lt("Customer Number"),
    "type": _lt("Type"),
    "birthdate": _lt("Birthdate"),
    "gender": _lt("Gender"),
    "nationality": _lt("Nationality"),
    "email": _lt("Email"),
    "phone": _lt("Phone"),
    "street": _lt("Street"),
    "city": _lt("City"),
    "zip": _lt("ZIP"),
    "country_code": _lt("Country Code"),
    "lang": _lt("Language"),
    "branch_code": _lt("Branch Code"),
    "manager_login": _lt("Manager's Login"),
    "relationship_start_on": _lt("Customer Since"),
    "occupation": _lt("Occupation"),
    "annual_income": _lt("Annual Income"),
    "currency": _lt("Currency"),
    "preferred_channel": _lt("Preferred Channel"),
    "document.type": _lt("Document: Type"),
    "document.number": _lt("Document: Number"),
    "document.country_code": _lt("Document: Country Code"),
    "document.issued_on": _lt("Document: Issued On"),
    "document.expires_on": _lt("Document: Expires On"),
}
HOLDING_KEYS = {
    "external_id": _lt("External ID"),
    "product_code": _lt("Product Code"),
    "number": _lt("Number"),
    "currency": _lt("Currency"),
    "opened_on": _lt("Opened On"),
    "matures_on": _lt("Matures On"),
    "closed_on": _lt("Closed On"),
    "branch_code": _lt("Branch Code"),
    "balance": _lt("Balance"),
    "balance_on": _lt("Balance as of"),
    "is_held_away": _lt("Held Elsewhere"),
    "party.customer_external_id": _lt("Party: External ID of the Customer"),
    "party.role": _lt("Party: Role"),
    "party.share_pct": _lt("Party: Share (%)"),
}
BALANCE_KEYS = {
    "holding_external_id": _lt("External ID of the Holding"),
    "date": _lt("Date"),
    "amount": _lt("Amount"),
    "currency": _lt("Currency"),
}
TRANSACTION_KEYS = {
    "external_id": _lt("External ID"),
    "holding_external_id": _lt("External ID of the Holding"),
    "booked_on": _lt("Booked On"),
    "amount": _lt("Amount"),
    "kind": _lt("Kind"),
    "text": _lt("Text"),
    "counterparty": _lt("Counterparty"),
    "channel": _lt("Channel"),
    "balance_after": _lt("Balance After"),
}
KEYS = {
    "customers": CUSTOMER_KEYS,
    "holdings": HOLDING_KEYS,
    "balances": BALANCE_KEYS,
    "transactions": TRANSACTION_KEYS,
}
REQUIRED = {
    "customers": ("external_id", "name"),
    "holdings": ("external_id", "product_code", "party.customer_external_id", "party.role"),
    "balances": ("holding_external_id", "date", "amount"),
    "transactions": ("external_id", "holding_external_id", "booked_on", "amount"),
}

# Other headers that mean a key, in the languages of the bank's files; compared without case, blanks and punctuation.
ALIASES = {
    "external_id": [
        "id",
        "key",
        "customer id",
        "holding id",
        "account id",
        "外部编号",
        "外部ID",
        "客户编号外部",
        "账户编号",
    ],
    "name": ["customer name", "full name", "姓名", "客户姓名", "客户名称", "名称"],
    "customer_number": ["customer no", "cif", "客户号", "客户编号"],
    "type": ["customer type", "客户类型", "类型"],
    "birthdate": ["date of birth", "birthday", "dob", "出生日期", "生日"],
    "gender": ["sex", "性别"],
    "nationality": ["国籍"],
    "email": ["e-mail", "mail", "邮箱", "电子邮箱", "电子邮件"],
    "phone": ["telephone", "mobile", "phone number", "电话", "手机", "手机号", "手机号码", "联系电话"],
    "street": ["address", "地址", "街道"],
    "city": ["town", "城市"],
    "zip": ["zip code", "postal code", "postcode", "邮编", "邮政编码"],
    "country_code": ["country", "国家", "国家代码", "国家/地区代码"],
    "lang": ["lang", "语言"],
    "branch_code": ["branch", "网点", "网点号", "网点代码", "机构号", "支行代码"],
    "manager_login": ["manager", "relationship manager", "rm", "客户经理", "客户经理登录名"],
    "relationship_start_on": ["relationship start", "since", "开户日期", "建立关系日期"],
    "occupation": ["job", "profession", "职业"],
    "annual_income": ["income", "yearly income", "年收入"],
    "currency": ["ccy", "币种", "货币"],
    "preferred_channel": ["channel", "首选渠道", "偏好渠道"],
    "document.type": ["identity document type", "id type", "证件类型"],
    "document.number": ["identity document number", "id number", "证件号码", "证件号"],
    "document.country_code": ["issuing country", "签发国家", "证件：国家/地区代码"],
    "document.issued_on": ["issued on", "签发日期", "证件：签发日期"],
    "document.expires_on": ["expires on", "valid until", "证件有效期", "有效期至", "证件：有效期至"],
    "product_code": ["product", "产品代码", "产品编号"],
    "number": ["account number", "card number", "号码", "账号", "卡号"],
    "opened_on": ["open date", "开立日期", "开户日"],
    "matures_on": ["maturity", "maturity date", "到期日", "到期日期"],
    "closed_on": ["close date", "销户日期"],
    "balance": ["余额"],
    "balance_on": ["balance date", "余额日期"],
    "is_held_away": ["held away", "他行持有"],
    "party.customer_external_id": [
        "customer external id",
        "customer id",
        "customer",
        "客户外部编号",
        "关系人：客户外部编号",
    ],
    "party.role": ["role", "角色", "关系人：角色"],
    "party.share_pct": ["share", "share pct", "份额", "比例", "关系人：份额 (%)"],
    "holding_external_id": [
        "external id",
        "holding",
        "holding id",
        "account",
        "account id",
        "账户外部编号",
        "账户编号",
    ],
    "date": ["day", "balance date", "日期", "余额日期"],
    "amount": ["balance", "金额", "余额"],
    "booked_on": ["booking date", "posting date", "transaction date", "date", "记账日期", "交易日期", "日期"],
    "kind": ["transaction type", "type", "交易类型", "类型"],
    "text": ["description", "purpose", "remittance information", "memo", "摘要", "附言", "备注"],
    "counterparty": ["payee", "payer", "counterparty name", "对手方", "对方户名", "交易对手"],
    "channel": ["交易渠道", "渠道"],
    "balance_after": ["running balance", "balance after", "balance", "交易后余额", "账户余额", "余额"],
}
# Where a header means something else in the files of one kind.
ALIASES_OF = {
    "transactions": {
        "external_id": ["id", "key", "transaction id", "reference", "交易编号", "流水号", "交易流水号"],
        "holding_external_id": ["holding", "holding id", "account", "account id", "账户外部编号", "账户编号"],
        "amount": ["金额", "交易金额", "发生额"],
    },
}
DATES = {
    "birthdate",
    "relationship_start_on",
    "document.issued_on",
    "document.expires_on",
    "opened_on",
    "matures_on",
    "closed_on",
    "balance_on",
    "date",
    "booked_on",
}
AMOUNTS = {"annual_income", "balance", "amount", "balance_after", "party.share_pct"}
BOOLEANS = {"is_held_away"}


def normalize(header):
    """Return a header as it is compared."""
    return re.sub(r"[\W_]+", "", header.lower())


def _translated(label):
    """Return the label in the languages that the addons are shipped in: files come from people, whatever they read."""
    terms = (code_translations.get_python_translations(label._module, lang) for lang in SHIPPED_LANGUAGES)
    return [translated for translation in terms if (translated := translation.get(label._source))]


def guess(kind, headers):
    """Return the key of each header, or None; each key once, the first column wins."""
    known = {}
    aliases = {**ALIASES, **ALIASES_OF.get(kind, {})}
    for key, label in KEYS[kind].items():
        for name in (key, key.rpartition(".")[2], label._source, *_translated(label), *aliases.get(key, ())):
            known.setdefault(normalize(name), key)
    # An exact key beats an alias: "number" of a holding is not the document's.
    known.update({normalize(key): key for key in KEYS[kind]})
    taken, keys = set(), []
    for header in headers:
        key = known.get(normalize(header))
        keys.append(None if key in taken else key)
        taken.add(key)
    return keys
