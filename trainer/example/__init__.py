"""The example: the real plan moved to today, four seminars, invented people, attendance, answers, certificates that prove nothing."""
