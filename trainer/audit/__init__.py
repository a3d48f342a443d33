"""The audit log: who changed what, when, from what to what, chained by hash.

What organizers and commands change through the ORM is recorded by itself; `record` names an action, and records what the
ORM does not see. `trainer audit verify` checks the chain.
"""

from trainer.audit import tracking  # noqa: F401  # importing it begins to follow the sessions
from trainer.audit.actors import set_actor
from trainer.audit.personal_values import erase_personal_values
from trainer.audit.recording import record
from trainer.audit.values import read_values

__all__ = ("erase_personal_values", "read_values", "record", "set_actor")
