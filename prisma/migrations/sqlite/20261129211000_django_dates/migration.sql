-- Dates as Django spells them, `2026-11-29 13:11:59.644000`, where they are as Prisma does, `2026-11-29T13:11:59.644+00:00`.
-- Rows in Django's spelling stay as they are.
UPDATE "accounts_user" SET "last_login" = substr("last_login", 1, 10) || ' ' || substr("last_login", 12, 8) || replace(substr("last_login", 20, 4) || '000', '.000000', '')
WHERE "last_login" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_user" SET "date_joined" = substr("date_joined", 1, 10) || ' ' || substr("date_joined", 12, 8) || replace(substr("date_joined", 20, 4) || '000', '.000000', '')
WHERE "date_joined" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_user" SET "email_verified_at" = substr("email_verified_at", 1, 10) || ' ' || substr("email_verified_at", 12, 8) || replace(substr("email_verified_at", 20, 4) || '000', '.000000', '')
WHERE "email_verified_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_user" SET "deletion_due_at" = substr("deletion_due_at", 1, 10) || ' ' || substr("deletion_due_at", 12, 8) || replace(substr("deletion_due_at", 20, 4) || '000', '.000000', '')
WHERE "deletion_due_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_user" SET "tokens_not_before" = substr("tokens_not_before", 1, 10) || ' ' || substr("tokens_not_before", 12, 8) || replace(substr("tokens_not_before", 20, 4) || '000', '.000000', '')
WHERE "tokens_not_before" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "django_admin_log" SET "action_time" = substr("action_time", 1, 10) || ' ' || substr("action_time", 12, 8) || replace(substr("action_time", 20, 4) || '000', '.000000', '')
WHERE "action_time" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "token_blacklist_outstandingtoken" SET "created_at" = substr("created_at", 1, 10) || ' ' || substr("created_at", 12, 8) || replace(substr("created_at", 20, 4) || '000', '.000000', '')
WHERE "created_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "token_blacklist_outstandingtoken" SET "expires_at" = substr("expires_at", 1, 10) || ' ' || substr("expires_at", 12, 8) || replace(substr("expires_at", 20, 4) || '000', '.000000', '')
WHERE "expires_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "token_blacklist_outstandingtoken" SET "rotated_at" = substr("rotated_at", 1, 10) || ' ' || substr("rotated_at", 12, 8) || replace(substr("rotated_at", 20, 4) || '000', '.000000', '')
WHERE "rotated_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "token_blacklist_blacklistedtoken" SET "blacklisted_at" = substr("blacklisted_at", 1, 10) || ' ' || substr("blacklisted_at", 12, 8) || replace(substr("blacklisted_at", 20, 4) || '000', '.000000', '')
WHERE "blacklisted_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_session" SET "created_at" = substr("created_at", 1, 10) || ' ' || substr("created_at", 12, 8) || replace(substr("created_at", 20, 4) || '000', '.000000', '')
WHERE "created_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_session" SET "last_used_at" = substr("last_used_at", 1, 10) || ' ' || substr("last_used_at", 12, 8) || replace(substr("last_used_at", 20, 4) || '000', '.000000', '')
WHERE "last_used_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_session" SET "expires_at" = substr("expires_at", 1, 10) || ' ' || substr("expires_at", 12, 8) || replace(substr("expires_at", 20, 4) || '000', '.000000', '')
WHERE "expires_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_session" SET "ended_at" = substr("ended_at", 1, 10) || ' ' || substr("ended_at", 12, 8) || replace(substr("ended_at", 20, 4) || '000', '.000000', '')
WHERE "ended_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_session" SET "authenticated_at" = substr("authenticated_at", 1, 10) || ' ' || substr("authenticated_at", 12, 8) || replace(substr("authenticated_at", 20, 4) || '000', '.000000', '')
WHERE "authenticated_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_onetimetoken" SET "created_at" = substr("created_at", 1, 10) || ' ' || substr("created_at", 12, 8) || replace(substr("created_at", 20, 4) || '000', '.000000', '')
WHERE "created_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_onetimetoken" SET "expires_at" = substr("expires_at", 1, 10) || ' ' || substr("expires_at", 12, 8) || replace(substr("expires_at", 20, 4) || '000', '.000000', '')
WHERE "expires_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_onetimetoken" SET "used_at" = substr("used_at", 1, 10) || ' ' || substr("used_at", 12, 8) || replace(substr("used_at", 20, 4) || '000', '.000000', '')
WHERE "used_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_onetimetoken" SET "voided_at" = substr("voided_at", 1, 10) || ' ' || substr("voided_at", 12, 8) || replace(substr("voided_at", 20, 4) || '000', '.000000', '')
WHERE "voided_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_outboxmail" SET "created_at" = substr("created_at", 1, 10) || ' ' || substr("created_at", 12, 8) || replace(substr("created_at", 20, 4) || '000', '.000000', '')
WHERE "created_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_outboxmail" SET "next_attempt_at" = substr("next_attempt_at", 1, 10) || ' ' || substr("next_attempt_at", 12, 8) || replace(substr("next_attempt_at", 20, 4) || '000', '.000000', '')
WHERE "next_attempt_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_outboxmail" SET "sent_at" = substr("sent_at", 1, 10) || ' ' || substr("sent_at", 12, 8) || replace(substr("sent_at", 20, 4) || '000', '.000000', '')
WHERE "sent_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_outboxmail" SET "failed_at" = substr("failed_at", 1, 10) || ' ' || substr("failed_at", 12, 8) || replace(substr("failed_at", 20, 4) || '000', '.000000', '')
WHERE "failed_at" LIKE '____-__-__T__:__:__.___+00:00';
-- The audit log refuses updates, this one as well.
DROP TRIGGER IF EXISTS "accounts_auditevent_unchanged";
UPDATE "accounts_auditevent" SET "at" = substr("at", 1, 10) || ' ' || substr("at", 12, 8) || replace(substr("at", 20, 4) || '000', '.000000', '')
WHERE "at" LIKE '____-__-__T__:__:__.___+00:00';
CREATE TRIGGER "accounts_auditevent_unchanged" BEFORE UPDATE ON "accounts_auditevent" BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
UPDATE "accounts_idempotencykey" SET "expires_at" = substr("expires_at", 1, 10) || ' ' || substr("expires_at", 12, 8) || replace(substr("expires_at", 20, 4) || '000', '.000000', '')
WHERE "expires_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_knowndevice" SET "created_at" = substr("created_at", 1, 10) || ' ' || substr("created_at", 12, 8) || replace(substr("created_at", 20, 4) || '000', '.000000', '')
WHERE "created_at" LIKE '____-__-__T__:__:__.___+00:00';
UPDATE "accounts_knowndevice" SET "last_seen_at" = substr("last_seen_at", 1, 10) || ' ' || substr("last_seen_at", 12, 8) || replace(substr("last_seen_at", 20, 4) || '000', '.000000', '')
WHERE "last_seen_at" LIKE '____-__-__T__:__:__.___+00:00';
