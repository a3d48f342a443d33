"""What trainees thought: surveys in versions that never change once answered, responses, and results."""
