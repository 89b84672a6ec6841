"""Durable jobs: workflows on an engine that survives any crash, queues, workers.

The engine decides when something is done, the planner what, and the ledger whether it may be paid
for. Only this package knows the engine (DBOS).
"""
