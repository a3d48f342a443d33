"""Results of a survey: response rate, statistics, charts and learning gain."""
