"""People: who a trainee is, independent of their registrations."""
