CREATE TABLE "accounts_session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "last_used_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "ended_at" DATETIME,
    "end_reason" TEXT,
    CONSTRAINT "accounts_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

ALTER TABLE "token_blacklist_outstandingtoken" ADD COLUMN "session_id" TEXT REFERENCES "accounts_session" ("id") ON DELETE SET NULL ON UPDATE NO ACTION;
ALTER TABLE "token_blacklist_outstandingtoken" ADD COLUMN "rotated_at" DATETIME;
ALTER TABLE "token_blacklist_outstandingtoken" ADD COLUMN "successor_jti" TEXT;

CREATE INDEX "token_blacklist_outstandingtoken_session_id" ON "token_blacklist_outstandingtoken"("session_id");

CREATE INDEX "token_blacklist_outstandingtoken_expires_at" ON "token_blacklist_outstandingtoken"("expires_at");

CREATE INDEX "accounts_session_user_id" ON "accounts_session"("user_id");

CREATE INDEX "accounts_session_expires_at" ON "accounts_session"("expires_at");

-- One account per address, whatever the case of its letters (ASCII: the canonical form has no other letters to fold).
CREATE UNIQUE INDEX "accounts_user_email_lower_key" ON "accounts_user"(lower("email"));
