"""The trainee's own page: everything that one registration needs, behind one link."""
