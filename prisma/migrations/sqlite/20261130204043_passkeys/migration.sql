-- CreateTable
CREATE TABLE "accounts_passkey" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "credential_id" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "user_handle" TEXT NOT NULL,
    "rp_id" TEXT NOT NULL,
    "aaguid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "transports" TEXT NOT NULL,
    "sign_count" INTEGER NOT NULL,
    "uv_initialized" BOOLEAN NOT NULL,
    "backup_eligible" BOOLEAN NOT NULL,
    "backed_up" BOOLEAN NOT NULL,
    "created_at" DATETIME NOT NULL,
    "last_used_at" DATETIME,
    CONSTRAINT "accounts_passkey_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- CreateTable
CREATE TABLE "accounts_usedchallenge" (
    "digest" TEXT NOT NULL PRIMARY KEY,
    "expires_at" DATETIME NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_passkey_credential_id_key" ON "accounts_passkey"("credential_id");

-- CreateIndex
CREATE INDEX "accounts_passkey_user_id" ON "accounts_passkey"("user_id");

-- CreateIndex
CREATE INDEX "accounts_usedchallenge_expires_at" ON "accounts_usedchallenge"("expires_at");
