-- CreateTable
CREATE TABLE "accounts_idempotencykey" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "fingerprint" TEXT NOT NULL,
    "answer" TEXT,
    "expires_at" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "accounts_idempotencykey_expires_at" ON "accounts_idempotencykey"("expires_at");
