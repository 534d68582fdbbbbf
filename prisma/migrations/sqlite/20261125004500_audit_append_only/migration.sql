-- The audit log is written once and never changed (ASVS 16.4.2); what is old enough to be purged, no setting keeps shorter.
CREATE TRIGGER "accounts_auditevent_unchanged" BEFORE UPDATE ON "accounts_auditevent" BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER "accounts_auditevent_kept" BEFORE DELETE ON "accounts_auditevent"
WHEN julianday(old."at") > julianday('now') - 0.5 OR julianday(old."at") IS NULL BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
