-- Dates as releases before the migration django_dates spell them, for going back to one of those. The audit log, which refuses
-- updates, stays as it is: they read both. So do dates with microseconds, which Django wrote.
UPDATE "accounts_user" SET "last_login" = substr("last_login", 1, 10) || 'T' || substr("last_login", 12, 8) || substr(substr("last_login", 20) || '.000', 1, 4) || '+00:00'
WHERE "last_login" LIKE '____-__-__ __:__:__' OR "last_login" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_user" SET "date_joined" = substr("date_joined", 1, 10) || 'T' || substr("date_joined", 12, 8) || substr(substr("date_joined", 20) || '.000', 1, 4) || '+00:00'
WHERE "date_joined" LIKE '____-__-__ __:__:__' OR "date_joined" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_user" SET "email_verified_at" = substr("email_verified_at", 1, 10) || 'T' || substr("email_verified_at", 12, 8) || substr(substr("email_verified_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "email_verified_at" LIKE '____-__-__ __:__:__' OR "email_verified_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_user" SET "deletion_due_at" = substr("deletion_due_at", 1, 10) || 'T' || substr("deletion_due_at", 12, 8) || substr(substr("deletion_due_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "deletion_due_at" LIKE '____-__-__ __:__:__' OR "deletion_due_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_user" SET "tokens_not_before" = substr("tokens_not_before", 1, 10) || 'T' || substr("tokens_not_before", 12, 8) || substr(substr("tokens_not_before", 20) || '.000', 1, 4) || '+00:00'
WHERE "tokens_not_before" LIKE '____-__-__ __:__:__' OR "tokens_not_before" LIKE '____-__-__ __:__:__.___000';
UPDATE "django_admin_log" SET "action_time" = substr("action_time", 1, 10) || 'T' || substr("action_time", 12, 8) || substr(substr("action_time", 20) || '.000', 1, 4) || '+00:00'
WHERE "action_time" LIKE '____-__-__ __:__:__' OR "action_time" LIKE '____-__-__ __:__:__.___000';
UPDATE "token_blacklist_outstandingtoken" SET "created_at" = substr("created_at", 1, 10) || 'T' || substr("created_at", 12, 8) || substr(substr("created_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "created_at" LIKE '____-__-__ __:__:__' OR "created_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "token_blacklist_outstandingtoken" SET "expires_at" = substr("expires_at", 1, 10) || 'T' || substr("expires_at", 12, 8) || substr(substr("expires_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "expires_at" LIKE '____-__-__ __:__:__' OR "expires_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "token_blacklist_outstandingtoken" SET "rotated_at" = substr("rotated_at", 1, 10) || 'T' || substr("rotated_at", 12, 8) || substr(substr("rotated_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "rotated_at" LIKE '____-__-__ __:__:__' OR "rotated_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "token_blacklist_blacklistedtoken" SET "blacklisted_at" = substr("blacklisted_at", 1, 10) || 'T' || substr("blacklisted_at", 12, 8) || substr(substr("blacklisted_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "blacklisted_at" LIKE '____-__-__ __:__:__' OR "blacklisted_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_session" SET "created_at" = substr("created_at", 1, 10) || 'T' || substr("created_at", 12, 8) || substr(substr("created_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "created_at" LIKE '____-__-__ __:__:__' OR "created_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_session" SET "last_used_at" = substr("last_used_at", 1, 10) || 'T' || substr("last_used_at", 12, 8) || substr(substr("last_used_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "last_used_at" LIKE '____-__-__ __:__:__' OR "last_used_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_session" SET "expires_at" = substr("expires_at", 1, 10) || 'T' || substr("expires_at", 12, 8) || substr(substr("expires_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "expires_at" LIKE '____-__-__ __:__:__' OR "expires_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_session" SET "ended_at" = substr("ended_at", 1, 10) || 'T' || substr("ended_at", 12, 8) || substr(substr("ended_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "ended_at" LIKE '____-__-__ __:__:__' OR "ended_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_session" SET "authenticated_at" = substr("authenticated_at", 1, 10) || 'T' || substr("authenticated_at", 12, 8) || substr(substr("authenticated_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "authenticated_at" LIKE '____-__-__ __:__:__' OR "authenticated_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_onetimetoken" SET "created_at" = substr("created_at", 1, 10) || 'T' || substr("created_at", 12, 8) || substr(substr("created_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "created_at" LIKE '____-__-__ __:__:__' OR "created_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_onetimetoken" SET "expires_at" = substr("expires_at", 1, 10) || 'T' || substr("expires_at", 12, 8) || substr(substr("expires_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "expires_at" LIKE '____-__-__ __:__:__' OR "expires_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_onetimetoken" SET "used_at" = substr("used_at", 1, 10) || 'T' || substr("used_at", 12, 8) || substr(substr("used_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "used_at" LIKE '____-__-__ __:__:__' OR "used_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_onetimetoken" SET "voided_at" = substr("voided_at", 1, 10) || 'T' || substr("voided_at", 12, 8) || substr(substr("voided_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "voided_at" LIKE '____-__-__ __:__:__' OR "voided_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_outboxmail" SET "created_at" = substr("created_at", 1, 10) || 'T' || substr("created_at", 12, 8) || substr(substr("created_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "created_at" LIKE '____-__-__ __:__:__' OR "created_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_outboxmail" SET "next_attempt_at" = substr("next_attempt_at", 1, 10) || 'T' || substr("next_attempt_at", 12, 8) || substr(substr("next_attempt_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "next_attempt_at" LIKE '____-__-__ __:__:__' OR "next_attempt_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_outboxmail" SET "sent_at" = substr("sent_at", 1, 10) || 'T' || substr("sent_at", 12, 8) || substr(substr("sent_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "sent_at" LIKE '____-__-__ __:__:__' OR "sent_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_outboxmail" SET "failed_at" = substr("failed_at", 1, 10) || 'T' || substr("failed_at", 12, 8) || substr(substr("failed_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "failed_at" LIKE '____-__-__ __:__:__' OR "failed_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_idempotencykey" SET "expires_at" = substr("expires_at", 1, 10) || 'T' || substr("expires_at", 12, 8) || substr(substr("expires_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "expires_at" LIKE '____-__-__ __:__:__' OR "expires_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_knowndevice" SET "created_at" = substr("created_at", 1, 10) || 'T' || substr("created_at", 12, 8) || substr(substr("created_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "created_at" LIKE '____-__-__ __:__:__' OR "created_at" LIKE '____-__-__ __:__:__.___000';
UPDATE "accounts_knowndevice" SET "last_seen_at" = substr("last_seen_at", 1, 10) || 'T' || substr("last_seen_at", 12, 8) || substr(substr("last_seen_at", 20) || '.000', 1, 4) || '+00:00'
WHERE "last_seen_at" LIKE '____-__-__ __:__:__' OR "last_seen_at" LIKE '____-__-__ __:__:__.___000';
