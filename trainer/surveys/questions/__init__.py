"""Questions of a survey: kinds, keys, validation of answers, and ready-made templates."""
