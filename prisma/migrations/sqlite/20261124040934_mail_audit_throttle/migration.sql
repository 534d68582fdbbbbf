-- AlterTable
ALTER TABLE "accounts_user" ADD COLUMN "deletion_due_at" DATETIME;
ALTER TABLE "accounts_user" ADD COLUMN "email_verified_at" DATETIME;
ALTER TABLE "accounts_user" ADD COLUMN "phone_e164" TEXT;

-- CreateTable
CREATE TABLE "accounts_onetimetoken" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "code_digest" TEXT NOT NULL,
    "state" TEXT,
    "payload" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "used_at" DATETIME,
    "voided_at" DATETIME,
    CONSTRAINT "accounts_onetimetoken_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- CreateTable
CREATE TABLE "accounts_outboxmail" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "user_id" INTEGER,
    "recipient" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "one_time_token_id" INTEGER,
    "created_at" DATETIME NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" DATETIME NOT NULL,
    "lease_id" TEXT,
    "sent_at" DATETIME,
    "failed_at" DATETIME,
    "last_error" TEXT
);

-- CreateTable
CREATE TABLE "accounts_auditevent" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "event" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "actor_id" INTEGER,
    "subject_id" INTEGER,
    "session_id" TEXT,
    "ip_address" TEXT,
    "user_agent" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "detail" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "accounts_throttlecounter" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "count" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "accounts_knowndevice" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "last_seen_at" DATETIME NOT NULL,
    CONSTRAINT "accounts_knowndevice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
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
