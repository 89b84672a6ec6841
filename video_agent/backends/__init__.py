"""Our implementations of the ports: the only place that talks to outside services."""
