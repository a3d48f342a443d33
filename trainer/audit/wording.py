"""Words for what the audit log records. Every action that `record` is called with stands here."""

from trainer.language.translate import lazy_gettext as _l

ACTION_NAMES = {
    "created": _l("created"),
    "changed": _l("changed"),
    "deleted": _l("deleted"),
    "imported": _l("imported"),
    "copied": _l("copied"),
    "opened": _l("opened"),
    "closed": _l("closed"),
    "cancelled": _l("cancelled"),
    "reinstated": _l("reinstated"),
    "archived": _l("archived"),
    "approved": _l("approved"),
    "declined": _l("declined"),
    "confirmed": _l("confirmed"),
    "decided": _l("decided"),
    "undone": _l("undone"),
    "merged": _l("merged"),
    "separated": _l("separated"),
    "marked": _l("marked"),
    "printed": _l("printed"),
    "issued": _l("issued"),
    "revoked": _l("revoked"),
    "renewed": _l("renewed"),
    "replaced": _l("replaced"),
    "sent": _l("sent"),
    "invited": _l("invited"),
    "joined": _l("joined"),
    "suspended": _l("suspended"),
    "removed": _l("removed"),
    "paired": _l("paired"),
    "erased": _l("erased"),
}
"""What was done, as a past participle that stands alone beside the name of what it was done to."""
