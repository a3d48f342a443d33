"""What trainees do by themselves: access by token, details, the pass, and erasure."""
