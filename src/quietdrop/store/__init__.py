"""quietdrop's own memory: runs, assessments, check-ins, touches and the outbox."""

from quietdrop.store.outbox import ClaimedMessage, MessageRow
from quietdrop.store.runs import RunRow, RunState
from quietdrop.store.store import Store

__all__ = ["ClaimedMessage", "MessageRow", "RunRow", "RunState", "Store"]
