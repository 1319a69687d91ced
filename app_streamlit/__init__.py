"""The desk: screens over the published day."""
