-- CreateTable
CREATE TABLE "accounts_externalaccount" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "email" TEXT,
    "created_at" DATETIME NOT NULL,
    "last_used_at" DATETIME NOT NULL,
    CONSTRAINT "accounts_externalaccount_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- CreateTable
CREATE TABLE "accounts_externallogin" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "purpose" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "browser_digest" TEXT,
    "user_id" INTEGER,
    "session_id" TEXT,
    "next" TEXT,
    "identity" TEXT,
    "created_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "used_at" DATETIME,
    CONSTRAINT "accounts_externallogin_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- CreateIndex
CREATE INDEX "accounts_externalaccount_user_id" ON "accounts_externalaccount"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_externalaccount_issuer_subject_key" ON "accounts_externalaccount"("issuer", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_externallogin_digest_key" ON "accounts_externallogin"("digest");

-- CreateIndex
CREATE INDEX "accounts_externallogin_user_id" ON "accounts_externallogin"("user_id");

-- CreateIndex
CREATE INDEX "accounts_externallogin_expires_at" ON "accounts_externallogin"("expires_at");
