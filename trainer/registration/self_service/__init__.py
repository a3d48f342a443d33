"""What trainees do themselves: access by token, changing details, the pass, lost links, and erasure."""
