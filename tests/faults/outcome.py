"""What a scenario has found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FaultOutcome:
    """Numbers of things sent and acknowledged, of those that are lost or doubled, and of attempts that failed and were repeated."""

    sent: int
    acknowledged: int
    lost: int
    doubled: int
    errors: int
    faults: int
    """How often something was killed, cut or filled."""
    p50: float
    p99: float
    remark: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether there were faults, everything was acknowledged in the end, and nothing is lost or doubled."""
        return bool(self.faults and self.sent) and self.acknowledged == self.sent and not (self.lost or self.doubled)

    def __str__(self) -> str:
        return (
            f"sent {self.sent} acknowledged {self.acknowledged} lost {self.lost} doubled {self.doubled} "
            f"errors {self.errors} faults {self.faults} p50 {self.p50:.0f} ms p99 {self.p99:.0f} ms{self.remark}"
        )
