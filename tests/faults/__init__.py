"""Faults: what was acknowledged is neither lost nor doubled when processes are killed and databases, disks and mail servers fail."""
