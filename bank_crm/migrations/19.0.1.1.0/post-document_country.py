"""Documents that only China issues say so: before 19.0.1.1.0 their country could be left empty."""

import logging

_logger = logging.getLogger(__name__)

FILL = """
    UPDATE bank_identity_document document SET country_id = china.id
      FROM res_country china
     WHERE china.code = 'CN' AND document.country_id IS NULL
       AND document.type IN ('cn_resident_id', 'cn_residence_permit', 'hk_macau_permit')
       AND NOT EXISTS (SELECT FROM bank_identity_document other
                        WHERE other.type = document.type AND other.country_id = china.id
                          AND other.number_hash = document.number_hash AND other.state != 'superseded')
"""
LEFT = """
    SELECT array_agg(id ORDER BY id) FROM bank_identity_document
     WHERE country_id IS NULL AND type IN ('cn_resident_id', 'cn_residence_permit', 'hk_macau_permit')
"""


def migrate(cr, version):
    if not version:
        return
    cr.execute(FILL)
    _logger.info("Issuing country China set on %s identity documents", cr.rowcount)
    cr.execute(LEFT)
    (left,) = cr.fetchone()
    if left:
        _logger.warning(
            "Identity documents %s have no issuing country: the same number is registered with China. Check them for "
            "duplicate customers.",
            left,
        )
