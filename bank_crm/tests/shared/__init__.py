from . import (
    test_bank_run,
    test_identity_numbers,
    test_key_rotation,
    test_no_clear_text,
    test_outbound_silence,
    test_public_input,
    test_sealed_mixin,
    test_sealing,
    test_text_masking,
)
