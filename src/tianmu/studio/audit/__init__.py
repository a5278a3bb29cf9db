"""What an engine can show, what it replaces, and what it draws when nobody says: fixed prompts, counted."""

from tianmu.studio.audit.audit import NUMBERS, PAGE, Audit, audit_engine

__all__ = ["NUMBERS", "PAGE", "Audit", "audit_engine"]
