"""Words for the registers."""

from trainer.evidence.registers.models import RegisterKind
from trainer.language.translate import lazy_gettext as _l

REGISTER_NAMES = {
    RegisterKind.STAFF: _l("Staff"),
    RegisterKind.SPECIALIST: _l("Specialists"),
    RegisterKind.NGO: _l("NGOs"),
    RegisterKind.PARTNER: _l("Partners"),
}
