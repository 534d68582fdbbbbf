-- CreateTable
CREATE TABLE "accounts_trusteddevice" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "password_digest" TEXT NOT NULL,
    "deactivations" INTEGER NOT NULL,
    "created_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    CONSTRAINT "accounts_trusteddevice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_trusteddevice_digest_key" ON "accounts_trusteddevice"("digest");

-- CreateIndex
CREATE INDEX "accounts_trusteddevice_user_id" ON "accounts_trusteddevice"("user_id");

-- CreateIndex
CREATE INDEX "accounts_trusteddevice_expires_at" ON "accounts_trusteddevice"("expires_at");
