"""The verdict on a certificate as JSON, for programs."""

from typing import Any

from trainer.verification.lookup import SuccessorVerdict, VerificationResult


def build_verdict_json(result: VerificationResult) -> dict[str, Any]:
    """Return the verdict and the printed facts for programs."""
    answer: dict[str, Any] = {"verdict": result.verdict, "checked_at": result.checked_at.isoformat()}
    facts = result.facts
    if facts is not None:
        answer |= {
            "serial": facts.serial,
            "code": facts.code,
            "recipient": facts.recipient,
            "heading": facts.heading.to_mapping(),
            "title": facts.title.to_mapping(),
            "kind": facts.kind,
            "awarded_for": facts.awarded_for.to_mapping(),
            "hours": facts.hours,
            "held": [day.isoformat() for day in facts.held_on],
            "place": facts.city.to_mapping(),
            "issuer": facts.issuer.to_mapping(),
            "co_issuer": facts.co_issuer.to_mapping(),
            "signatories": [
                {"name": signatory.name, "position": dict(signatory.position)} for signatory in facts.signatories
            ],
            "issued_on": facts.issued_on.isoformat(),
            "expires_on": facts.expires_on.isoformat() if facts.expires_on else None,
            "specimen": facts.specimen,
        }
    if result.invalidation is not None:
        invalidation = {"on": result.invalidation.since.isoformat(), "reason": result.invalidation.reason}
        successor = result.invalidation.successor
        answer |= {"withdrawn": invalidation | ({"replaced_by": successor.code} if successor else {})}
        answer |= describe_successor(successor)
    return answer


def describe_successor(successor: SuccessorVerdict | None) -> dict[str, dict[str, str]]:
    """Return for programs what replaces a certificate: the end of the chain and the verdict on it; empty without one."""
    if successor is None:
        return {}
    return {"replacement": {"code": successor.code, "serial": successor.serial, "verdict": successor.verdict}}
