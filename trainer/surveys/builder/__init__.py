"""Building a survey: settings, questions, versions and starting points."""
