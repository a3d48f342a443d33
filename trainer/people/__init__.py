"""People: who a trainee is, apart from what the trainee registered for."""
