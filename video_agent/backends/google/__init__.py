"""Google's services: one file each, one place that translates the SDKs' errors.

Nothing is imported here: google-genai takes about a second to load, so callers import the module
they need, when they need it.
"""
