-- AlterTable
ALTER TABLE "accounts_session" ADD COLUMN "amr" TEXT;
ALTER TABLE "accounts_session" ADD COLUMN "credential_id" TEXT;

-- CreateTable
CREATE TABLE "accounts_pendinglogin" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "amr" TEXT NOT NULL,
    "credential_id" TEXT,
    "remember" BOOLEAN NOT NULL,
    "password_digest" TEXT NOT NULL,
    "deactivations" INTEGER NOT NULL,
    "created_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "used_at" DATETIME,
    CONSTRAINT "accounts_pendinglogin_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_pendinglogin_digest_key" ON "accounts_pendinglogin"("digest");

-- CreateIndex
CREATE INDEX "accounts_pendinglogin_user_id" ON "accounts_pendinglogin"("user_id");

-- CreateIndex
CREATE INDEX "accounts_pendinglogin_expires_at" ON "accounts_pendinglogin"("expires_at");
