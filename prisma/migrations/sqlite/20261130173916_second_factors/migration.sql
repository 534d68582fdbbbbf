-- CreateTable
CREATE TABLE "accounts_totpdevice" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "secret" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "confirmed_at" DATETIME,
    "last_used_at" DATETIME,
    "last_used_step" INTEGER,
    CONSTRAINT "accounts_totpdevice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- CreateTable
CREATE TABLE "accounts_recoverycode" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "sealed" TEXT,
    "created_at" DATETIME NOT NULL,
    "used_at" DATETIME,
    CONSTRAINT "accounts_recoverycode_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- AlterTable
ALTER TABLE "accounts_pendinglogin" ADD COLUMN "attempts" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE UNIQUE INDEX "accounts_totpdevice_user_id_key" ON "accounts_totpdevice"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_recoverycode_digest_key" ON "accounts_recoverycode"("digest");

-- CreateIndex
CREATE INDEX "accounts_recoverycode_user_id" ON "accounts_recoverycode"("user_id");
