"""Which tables the audit log follows by itself, and with which values. Every table stands here or is followed as a whole.

Changes that an organizer or a command makes through the ORM are recorded without a call (see `tracking`).
"""

NOT_FOLLOWED = {
    "audit_entry": "the log itself",
    "audit_head": "the log itself",
    "audit_personal_values": "the log itself",
    "anonymous_response": "nothing may lead from an anonymous answer to its time or place in an order",
    "anonymous_slip": "nothing may lead from an anonymous answer to its time or place in an order",
    "survey_participation": "beside the answers, it would tell who gave which",
    "survey_draft": "answers of respondents, saved as they type",
    "attendance_mark": "an append-only ledger with person, time and source of every mark",
    "seminar_change": "itself a record of changes",
    "registration_change": "itself a record of changes",
    "survey_change": "itself a record of changes",
    "evidence_sorting": "itself a record of changes",
    "upload": "a file on its way; the item that it becomes is recorded",
    "checked_certificate": "what a batch is still to issue; what it issues is recorded",
    "form_submission": "tells forms that are sent twice; what they create is recorded",
    "password_attempts": "counts of strangers' attempts",
    "sign_in_link": "recorded when it is used",
    "answered_challenge": "tells answers of passkeys that are sent twice; their use is recorded",
    "signed_in_browser": "signing in and out changes nothing",
    "account_letter": "its text holds a secret link; what it is about is recorded",
    "password_reset": "recorded when it is used",
    "rate_limit_window": "counts of requests",
    "role": "no page changes it",
}
"""Tables that are not followed, with the reason. What an organizer does to them is recorded by a call where it matters."""
VALUES_OF = {
    "chosen_columns": (),
    "colleague_invitation": ("role", "name", "email"),
    "device": ("name", "revoked_at"),
    "issued_certificate": ("serial", "status", "invalidation_reason"),
    "message": ("status", "sent_through"),
    "name_correction": ("status",),
    "passkey": ("name",),
    "plan_draft": ("answers", "imported_at"),
    "refused_item": ("decision",),
    "registration": ("status", "queue_number", "offer_expires_at", "merged_into_id", "is_likely_duplicate"),
    "sheet_page": ("number",),
    "sheet_scan": ("confirmed_at",),
    "signature": (),
    "survey_response": ("language", "on_paper"),
    "survey_version": ("number",),
    "uploaded_list": ("imported_at",),
    "user": ("name", "email", "language", "active"),
}
"""Tables of which only these values are held; of their other columns the log says only that they changed."""
DERIVED_COLUMNS = frozenset(
    {"sort_key", "folded_name", "search_text", "content_fingerprint", "calendar_version", "status_since"}
    | {"notified_status", "told_version", "seen_version", "seen_at", "roster_at", "skew", "waiting", "alert_due"}
    | {"has_open_change", "created_at", "attempts", "sent_at", "fs_uniquifier"}
    | {"claimed_by_id", "claimed_until", "due_at", "sign_count", "last_used_at"}
)
"""Columns that follow from others or from what programs do; they make no entry."""
SECRET_COLUMNS = frozenset(
    {"token", "token_hash", "token_sha256", "pairing_sha256", "nonce", "pass_code", "password", "salt", "hall_token"}
    | {"pairing_until", "tf_totp_secret", "mf_recovery_codes", "public_key", "credential_id"}
)
"""Columns whose values are never held."""


def holds_value(table: str, column: str) -> bool:
    """Return whether the log holds the values of a column, or says only that they changed."""
    return column not in SECRET_COLUMNS and column in VALUES_OF.get(table, (column,))
