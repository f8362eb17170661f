"""The new words of a reply, without what it quotes; and whether they are thanks only.  Pure Python, no Odoo."""

import re

# A line from which on the rest is the former message, as mail programs write it in their languages.
QUOTE_STARTS = re.compile(
    r"^-{2,}\s*(original (message|appointment)|forwarded message|ursprüngliche nachricht|message d'origine"
    r"|mensaje original|原始邮件|原邮件|转发邮件|原始郵件|元のメッセージ)\s*-*\s*$"
    r"|^_{20,}\s*$"  # Outlook: a rule, then From:, Sent:, To:
    r"|^(on|am|le|el|il|em)\s.{6,200}(wrote|schrieb|a écrit|escribió|ha scritto|escreveu)\s*:\s*$"
    r"|^在?\s*\d{4}\s*[年/-].{1,200}(写道|寫道|wrote)\s*[:：]\s*$"
    r"|^.{0,120}于\s*\d{4}\s*年.{1,120}写道\s*[:：]\s*$"
    r"|^\d{4}年\d{1,2}月\d{1,2}日.{1,120}<[^>]+>\s*[:：]\s*$"
    r"|^\*?(from|von|de|da|发件人|寄件者|差出人)\*?\s*[:：]\s*.*@.*$"
    r"|^.{0,80}(写道|寫道|wrote)\s*[:：]\s*$",
    re.IGNORECASE | re.MULTILINE,
)
# Gmail breaks the line "On …, … <…> wrote:" where it becomes too long.
GMAIL_WRAPPED = re.compile(r"^On\s[^\n]{6,120}\n[^\n]{0,120}wrote:\s*$", re.IGNORECASE | re.MULTILINE)
SIGNATURE = re.compile(
    r"^(-- ?|__|sent from my .{1,40}|von meinem .{1,40} gesendet|发自我的.{1,20}|来自.{1,12}邮箱)\s*$",
    re.IGNORECASE | re.MULTILINE,
)

LATIN_THANKS = {
    "thank", "thanks", "thx", "ty", "cheers", "danke", "dank", "merci", "gracias", "grazie", "obrigado", "obrigada",
}  # fmt: skip
# Words that change nothing beside a word of thanks.
LATIN_FILLERS = {
    "you", "u", "very", "much", "so", "many", "a", "lot", "again", "for", "your", "the", "quick", "prompt", "help",
    "reply", "answer", "response", "support", "assistance", "ok", "okay", "great", "perfect", "good", "all", "best",
    "kind", "regards", "received", "noted", "dear", "sir", "madam", "team", "hello", "hi", "and", "have", "nice",
    "day", "appreciated", "vielen", "schön", "sehr", "für", "ihre", "hilfe", "antwort", "beaucoup", "pour", "votre",
    "réponse", "muchas", "mille", "that", "is", "fine", "solved", "resolved", "works", "now", "got", "it",
}  # fmt: skip
CHINESE = re.compile(r"[\u3400-\u9fff]")
NAME = re.compile(r"[A-ZÀ-Þ][\w.'-]*(?: [A-ZÀ-Þ][\w.'-]*){0,2}|[\u3400-\u9fff]{2,4}(?:先生|女士)?")
CHINESE_THANKS = re.compile(r"谢谢|感谢|多谢|謝謝|感謝|有劳|辛苦")
CHINESE_FILLERS = re.compile(
    r"谢谢|非常|十分|衷心|感谢|多谢|謝謝|感謝|有劳|有劳了|辛苦|已?收到|已?知悉|好的|好|了|您们?|你们?|的|贵行|银行|团队|客服|老师"
    r"|回复|答复|回信|帮助|处理|解决|问题|支持|啦|啊|呢|哦|嗯|再次|很|太|一下"
)


def new_text(text):
    """Return what the writer of a reply wrote himself: up to the first quotation, without quoted lines and signature.

    >>> new_text("Still wrong.\\n\\nOn Mon, 3 Mar 2026, Bank <b@example.org> wrote:\\n> We paid.")
    'Still wrong.'
    """
    text = (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\u200b", "").replace("\xa0", " ")
    starts = [match.start() for match in (QUOTE_STARTS.search(text), GMAIL_WRAPPED.search(text)) if match]
    if starts:
        text = text[: min(starts)]
    text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))
    if signature := SIGNATURE.search(text):
        text = text[: signature.start()]
    return text.strip()


def is_gratitude(text):
    """Tell whether the new words of a message are thanks and nothing else: such a message reopens nothing.

    One word that says something more ("thanks, but …", a question mark, a figure) makes it an ordinary message.

    >>> is_gratitude("Thank you very much!"), is_gratitude("Thanks, but the fee is still there")
    (True, False)
    """
    text = new_text(text)
    if not text or len(text) > 200 or re.search(r"[?？\d]", text):
        return False
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and NAME.fullmatch(lines[-1]):  # the writer's name below the thanks is no statement
        lines.pop()
    words = re.findall(r"[^\W\d_]+", " ".join(lines).lower())
    latin = [word for word in words if not CHINESE.search(word)]
    chinese = "".join(word for word in words if CHINESE.search(word))
    if not (set(latin) & LATIN_THANKS or CHINESE_THANKS.search(chinese)):
        return False
    return set(latin) <= LATIN_THANKS | LATIN_FILLERS and not CHINESE_FILLERS.sub("", chinese)
