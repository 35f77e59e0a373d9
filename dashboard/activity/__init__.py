"""The trail, read by admins."""
