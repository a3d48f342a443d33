"""The register as anybody may have it: no names, no codes; hashes, states, terms and the public keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import Keyring, expires_at, hashed_code
from trainer.issuing.issuance.facts import zone_of
from trainer.issuing.models import IssuedCertificate


def exported_register(session: Session, keyring: Keyring, host: str, now: datetime) -> dict[str, Any]:
    """Give the register in the form that `certificates.register_of` reads, with the keys that its seals are checked with."""
    columns = (
        IssuedCertificate.code,
        IssuedCertificate.pdf_sha256,
        IssuedCertificate.state,
        IssuedCertificate.reason,
        IssuedCertificate.withdrawn_at,
        IssuedCertificate.expires_on,
        IssuedCertificate.facts,
    )
    rows = session.execute(select(*columns).order_by(IssuedCertificate.id).execution_options(yield_per=1000))
    return {
        "made_at": now.isoformat(timespec="seconds"),
        "host": host,
        **keyring.jwks(),
        "certificates": [
            {
                "code_sha256": hashed_code(row.code),
                "pdf_sha256": row.pdf_sha256,
                "state": row.state,
                "reason": row.reason,
                "withdrawn_at": row.withdrawn_at.isoformat(timespec="seconds") if row.withdrawn_at else None,
                "expires_at": expires_at(row.expires_on, zone_of(row)) if row.expires_on else None,
                "specimen": row.facts["specimen"],
            }
            for row in rows
        ],
    }
