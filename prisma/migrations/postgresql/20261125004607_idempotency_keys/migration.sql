-- CreateTable
CREATE TABLE "accounts_idempotencykey" (
    "id" VARCHAR(64) NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "answer" TEXT,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "accounts_idempotencykey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "accounts_idempotencykey_expires_at" ON "accounts_idempotencykey"("expires_at");
