"""The register for the public: no names, no codes; hashes, statuses, expiry and the public keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import Keyring, compute_expiry_timestamp, hash_code
from trainer.issuing.issuance.facts import get_certificate_zone
from trainer.issuing.models import IssuedCertificate


def build_public_register(session: Session, keyring: Keyring, host: str, now: datetime) -> dict[str, Any]:
    """Return the register in the format of `certificates.parse_register`, with the keys for its seals."""
    columns = (
        IssuedCertificate.code,
        IssuedCertificate.pdf_sha256,
        IssuedCertificate.status,
        IssuedCertificate.invalidation_reason,
        IssuedCertificate.invalidated_at,
        IssuedCertificate.expires_on,
        IssuedCertificate.facts,
    )
    rows = session.execute(select(*columns).order_by(IssuedCertificate.id).execution_options(yield_per=1000))
    return {
        "made_at": now.isoformat(timespec="seconds"),
        "host": host,
        **keyring.build_jwks(),
        "certificates": [
            {
                "code_sha256": hash_code(row.code),
                "pdf_sha256": row.pdf_sha256,
                "state": row.status,
                "reason": row.invalidation_reason,
                "withdrawn_at": row.invalidated_at.isoformat(timespec="seconds") if row.invalidated_at else None,
                "expires_at": compute_expiry_timestamp(row.expires_on, get_certificate_zone(row))
                if row.expires_on
                else None,
                "specimen": row.facts["specimen"],
            }
            for row in rows
        ],
    }
