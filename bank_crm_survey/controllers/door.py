"""What the public pages of surveys have in common: language, headers, nonces, and pages that say no."""

import re

from odoo.http import request
from odoo.tools.translate import LazyTranslate

from ..tools import attempts, door_nonce

_lt = LazyTranslate(__name__)

# Wrong links from one address within ten minutes: more than a person mistypes, also behind one address of an office.
MOST_WRONG_LINKS = 60
# Programs that open links before a person does: mail gateways, previews of messengers, monitors, libraries.
SCANNERS = re.compile(
    r"bot\b|crawl|spider|preview|scan|proofpoint|barracuda|mimecast|safelinks|symantec|fireeye|trend ?micro|virus"
    r"|facebookexternalhit|whatsapp|telegram|slack|skype|discord|wechatshare|monitor|headless|python|curl|wget|java/"
    r"|okhttp|go-http|libwww|httpclient|node-fetch|axios",
    re.IGNORECASE,
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Frame-Options": "DENY",
}
# What a page says that has no questions: {reason: (HTTP status, heading, text)}.
NOTICES = {
    "unknown": (
        404,
        _lt("We do not know this link"),
        _lt("It may be incomplete. Open it from the message again, or copy it as a whole."),
    ),
    "expired": (
        410,
        _lt("This survey is over"),
        _lt("The time to answer has run out. Thank you for wanting to tell us. We may ask you again another time."),
    ),
    "withdrawn": (410, _lt("This invitation is no longer valid"), _lt("There is nothing you need to do.")),
    "refused": (
        410,
        _lt("You declined this survey"),
        _lt("There is nothing you need to do. We do not ask you about this again."),
    ),
    "completed": (
        200,
        _lt("Thank you, you have answered already"),
        _lt("We have received your answers. Each invitation can be answered once."),
    ),
    "closed_door": (
        403,
        _lt("This survey opens with a personal link only"),
        _lt("Open the link of your invitation. If you have none, there is nothing you need to do."),
    ),
    "staff": (
        403,
        _lt("This survey is for the customer himself"),
        _lt(
            "You are logged in as staff of the bank, and what the customer answers here is not for you to see. If you "
            "are the customer, log out or use another browser."
        ),
    ),
    "too_often": (
        429,
        _lt("Too many attempts"),
        _lt("Please wait a few minutes and open the link of your invitation again."),
    ),
}


def is_scanner():
    """Whether the visitor says that it is a program."""
    return bool(SCANNERS.search(request.httprequest.user_agent.string or "python"))


def speak(lang_code, allowed):
    """Let the page speak ``lang_code``, if it is one of ``allowed``; return the language that it speaks.

    :param allowed: ``[(code, name)]``; the first one is spoken where neither the wish nor the visitor's own is offered
    """
    codes = [code for code, _name in allowed]
    own = request.env.context.get("lang")
    chosen = next((code for code in (lang_code, own, *codes) if code in codes), own)
    if chosen:
        request.update_context(lang=chosen)
        request.lang = request.env["res.lang"]._get_data(code=chosen)
    return chosen


def page(template, values, status=200):
    """Return a page that nobody caches, indexes, frames, or sends its address from."""
    response = request.render(template, values, status=status)
    response.headers.update(HEADERS)
    return response


def notice(reason, company=None, languages=(), **values):
    """Return the page that says why there are no questions."""
    status, heading, text = NOTICES[reason]
    translate = request.env._
    values = {
        "reason": reason,
        "heading": translate(heading),  # pylint: disable=prefer-env-translation
        "text": translate(text),  # pylint: disable=prefer-env-translation
        "bank": _bank(company),
        "languages": languages,
        **values,
    }
    return page("bank_crm_survey.feedback_notice", values, status=status)


def wrong_link():
    """Return the page of links that lead nowhere, the same for all of them; and slow down whoever tries many."""
    tries = attempts.count("feedback", request.httprequest.remote_addr)
    return notice("too_often" if tries > MOST_WRONG_LINKS else "unknown")


def is_slowed_down():
    return attempts.number("feedback", request.httprequest.remote_addr) > MOST_WRONG_LINKS


def bank_values(company, languages, lang_code):
    """Return the values that the frame of all pages needs."""
    return {"bank": _bank(company), "languages": languages, "lang_code": lang_code}


def _bank(company):
    # sudo: res.company - the name of the bank
    return (company or request.env.company).sudo()


def nonce(purpose):
    return door_nonce.make(request.env, purpose)


def is_sent_by_a_person(purpose, post):
    """Whether a form comes from a page that was open for a moment, and its trap for programs is empty."""
    return not post.get("website") and door_nonce.is_fresh(request.env, purpose, post.get("nonce"))
