-- AlterTable
ALTER TABLE "accounts_user" ADD COLUMN     "deletion_due_at" TIMESTAMPTZ(6),
ADD COLUMN     "email_verified_at" TIMESTAMPTZ(6),
ADD COLUMN     "phone_e164" VARCHAR(16);

-- CreateTable
CREATE TABLE "accounts_onetimetoken" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "purpose" VARCHAR(32) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "nonce" VARCHAR(64) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "code_digest" VARCHAR(64) NOT NULL,
    "state" VARCHAR(64),
    "payload" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),
    "voided_at" TIMESTAMPTZ(6),

    CONSTRAINT "accounts_onetimetoken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts_outboxmail" (
    "id" BIGSERIAL NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "user_id" BIGINT,
    "recipient" VARCHAR(254) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "message_id" VARCHAR(128) NOT NULL,
    "one_time_token_id" BIGINT,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(6) NOT NULL,
    "lease_id" VARCHAR(32),
    "sent_at" TIMESTAMPTZ(6),
    "failed_at" TIMESTAMPTZ(6),
    "last_error" VARCHAR(255),

    CONSTRAINT "accounts_outboxmail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts_auditevent" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "event" VARCHAR(64) NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "actor_id" BIGINT,
    "subject_id" BIGINT,
    "session_id" VARCHAR(32),
    "ip_address" VARCHAR(45),
    "user_agent" VARCHAR(512) NOT NULL,
    "request_id" VARCHAR(64) NOT NULL,
    "detail" TEXT NOT NULL,

    CONSTRAINT "accounts_auditevent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts_throttlecounter" (
    "key" VARCHAR(128) NOT NULL,
    "count" INTEGER NOT NULL,
    "expires_at" BIGINT NOT NULL,

    CONSTRAINT "accounts_throttlecounter_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "accounts_knowndevice" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "accounts_knowndevice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_onetimetoken_digest_key" ON "accounts_onetimetoken"("digest");

-- CreateIndex
CREATE INDEX "accounts_onetimetoken_user_id_purpose" ON "accounts_onetimetoken"("user_id", "purpose");

-- CreateIndex
CREATE INDEX "accounts_onetimetoken_expires_at" ON "accounts_onetimetoken"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_outboxmail_message_id_key" ON "accounts_outboxmail"("message_id");

-- CreateIndex
CREATE INDEX "accounts_outboxmail_due" ON "accounts_outboxmail"("sent_at", "failed_at", "next_attempt_at");

-- CreateIndex
CREATE INDEX "accounts_outboxmail_user_id" ON "accounts_outboxmail"("user_id");

-- CreateIndex
CREATE INDEX "accounts_auditevent_subject_id" ON "accounts_auditevent"("subject_id", "id");

-- CreateIndex
CREATE INDEX "accounts_auditevent_event" ON "accounts_auditevent"("event", "id");

-- CreateIndex
CREATE INDEX "accounts_auditevent_at" ON "accounts_auditevent"("at");

-- CreateIndex
CREATE INDEX "accounts_throttlecounter_expires_at" ON "accounts_throttlecounter"("expires_at");

-- CreateIndex
CREATE INDEX "accounts_knowndevice_last_seen_at" ON "accounts_knowndevice"("last_seen_at");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_knowndevice_user_id_fingerprint_key" ON "accounts_knowndevice"("user_id", "fingerprint");

-- CreateIndex
CREATE INDEX "accounts_user_deletion_due_at" ON "accounts_user"("deletion_due_at");

-- AddForeignKey
ALTER TABLE "accounts_onetimetoken" ADD CONSTRAINT "accounts_onetimetoken_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "accounts_knowndevice" ADD CONSTRAINT "accounts_knowndevice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;
