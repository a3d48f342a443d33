"""Public pages of registration: home page, seminar page, form, poster and preview image."""
