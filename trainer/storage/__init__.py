"""Immutable files named by the SHA-256 of their content, in a folder or in S3 (setting STORAGE_URL).

`Storage` is what the other packages use. It stands on a `FileStore`: `folder.Folder` or `bucket.Bucket`.
"""

from trainer.storage.content import Storage
from trainer.storage.errors import FileDamaged, FileMissing, StorageError, StorageFull, StorageUnavailable

__all__ = ["FileDamaged", "FileMissing", "Storage", "StorageError", "StorageFull", "StorageUnavailable"]
