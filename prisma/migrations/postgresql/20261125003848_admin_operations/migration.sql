-- CreateTable
CREATE TABLE "accounts_mailtally" (
    "day" VARCHAR(10) NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "accounts_mailtally_pkey" PRIMARY KEY ("day","outcome")
);

-- CreateIndex
CREATE INDEX "token_blacklist_blacklistedtoken_blacklisted_at" ON "token_blacklist_blacklistedtoken"("blacklisted_at", "token_id");

-- CreateIndex
CREATE INDEX "accounts_outboxmail_recipient" ON "accounts_outboxmail"("recipient", "id");

-- CreateIndex
CREATE INDEX "accounts_outboxmail_kind" ON "accounts_outboxmail"("kind", "id");

-- CreateIndex
CREATE INDEX "accounts_outboxmail_failed_at" ON "accounts_outboxmail"("failed_at", "id");

-- CreateIndex
CREATE INDEX "accounts_auditevent_event_at" ON "accounts_auditevent"("event", "at");

-- The letters that are still there.
INSERT INTO "accounts_mailtally" ("day", "outcome", "count")
SELECT to_char("sent_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'sent', count(*) FROM "accounts_outboxmail" WHERE "sent_at" IS NOT NULL GROUP BY 1;

INSERT INTO "accounts_mailtally" ("day", "outcome", "count")
SELECT to_char("failed_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'failed', count(*) FROM "accounts_outboxmail" WHERE "failed_at" IS NOT NULL GROUP BY 1;

-- Permissions for what is ours, as Django writes them.
INSERT INTO "django_content_type" ("app_label", "model") VALUES ('accounts', 'outboxmail'), ('accounts', 'throttlecounter')
ON CONFLICT DO NOTHING;

INSERT INTO "auth_permission" ("name", "content_type_id", "codename")
SELECT 'Can ' || actions.action || ' ' || labels.label, types."id", actions.action || '_' || types."model"
FROM "django_content_type" AS types
JOIN (
  SELECT 'outboxmail' AS model, 'outbox mail' AS label UNION ALL SELECT 'throttlecounter', 'throttle counter'
) AS labels ON labels.model = types."model"
CROSS JOIN (SELECT 1 AS position, 'change' AS action UNION ALL SELECT 2, 'view') AS actions
WHERE types."app_label" = 'accounts'
ORDER BY types."id", actions.position
ON CONFLICT DO NOTHING;
