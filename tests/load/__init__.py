"""Load tests: many people at once against one server process of this machine; acknowledged data must be in the database."""
