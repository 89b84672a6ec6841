"""The one error that leaves the renderer."""


class RenderError(Exception):
    """A clip could not be made: bad settings, an unreadable first frame, or a failed encode."""
