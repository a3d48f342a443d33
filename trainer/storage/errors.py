"""What can go wrong with stored files. Pages turn each into a sentence (`trainer.web.errors`)."""


class StorageError(Exception):
    """A file can't be stored or returned; nothing half-written is left that anybody could read."""


class FileMissing(StorageError):
    """No file is stored under this hash."""


class FileDamaged(StorageError):
    """The content of the stored file does not match its hash."""


class StorageUnavailable(StorageError):
    """The storage does not answer, or refuses access; the message says what it answered."""


class StorageFull(StorageError):
    """The storage has no room for another file."""
