"""Results of a survey: response rate, statistics, charts, learning gain, report and downloads."""
