"""Google's OAuth endpoints for installed applications."""
