"""Uploads: resumable by the tus protocol, by organizers, by links for one activity, and by the share menu of a phone."""
