"""Veo on Agent Platform: long-running predictions, over the studio's renderer."""
