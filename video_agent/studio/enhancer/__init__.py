"""The enhancer: a rule-based writer that keeps what was asked and adds what a shot needs."""
