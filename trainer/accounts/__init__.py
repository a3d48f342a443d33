"""Who may work at the desk: organizers, their sign-in by password or one-time link."""
