"""What is said to people: a queue in the database, delivery by e-mail, texts that the organizer sends by hand, and the log of both."""
