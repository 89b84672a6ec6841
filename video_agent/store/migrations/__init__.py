"""The schema's history: one file in `versions` for each change, applied by `store.upgrade`.

A change gets a new file `000n_what.py` with `upgrade(op)`, its revision appended to `REVISIONS`.
`op` is handed in (Alembic's global `alembic.op` is not set up); alter tables through
`op.batch_alter_table`, since SQLite cannot do it in place. A test compares the result with the
tables on both databases. Column types stand here by their plain SQL form: a revision never changes
when the code does.
"""

from typing import Final

REVISIONS: Final = ("0001", "0002", "0003", "0004")
HEAD_REVISION: Final = REVISIONS[-1]
VERSION_TABLE: Final = "video_agent_alembic_version"
