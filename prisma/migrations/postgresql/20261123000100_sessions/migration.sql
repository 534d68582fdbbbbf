CREATE TABLE "accounts_session" (
    "id" VARCHAR(32) NOT NULL,
    "user_id" BIGINT NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "ip_address" VARCHAR(45),
    "user_agent" VARCHAR(512) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "last_used_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "ended_at" TIMESTAMPTZ(6),
    "end_reason" VARCHAR(32),

    CONSTRAINT "accounts_session_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "token_blacklist_outstandingtoken"
    ADD COLUMN "session_id" VARCHAR(32),
    ADD COLUMN "rotated_at" TIMESTAMPTZ(6),
    ADD COLUMN "successor_jti" VARCHAR(255);

CREATE INDEX "token_blacklist_outstandingtoken_session_id" ON "token_blacklist_outstandingtoken"("session_id");

CREATE INDEX "token_blacklist_outstandingtoken_expires_at" ON "token_blacklist_outstandingtoken"("expires_at");

CREATE INDEX "accounts_session_user_id" ON "accounts_session"("user_id");

CREATE INDEX "accounts_session_expires_at" ON "accounts_session"("expires_at");

-- One account per address, whatever the case of its letters (ASCII: the canonical form has no other letters to fold).
CREATE UNIQUE INDEX "accounts_user_email_lower_key" ON "accounts_user"(lower("email" COLLATE "C"));

ALTER TABLE "token_blacklist_outstandingtoken" ADD CONSTRAINT "token_blacklist_outstandingtoken_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "accounts_session"("id") ON DELETE SET NULL ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "accounts_session" ADD CONSTRAINT "accounts_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;
