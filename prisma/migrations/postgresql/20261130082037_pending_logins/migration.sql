-- AlterTable
ALTER TABLE "accounts_session" ADD COLUMN     "amr" VARCHAR(64),
ADD COLUMN     "credential_id" VARCHAR(64);

-- CreateTable
CREATE TABLE "accounts_pendinglogin" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "amr" VARCHAR(64) NOT NULL,
    "credential_id" VARCHAR(64),
    "remember" BOOLEAN NOT NULL,
    "password_digest" VARCHAR(64) NOT NULL,
    "deactivations" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "accounts_pendinglogin_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_pendinglogin_digest_key" ON "accounts_pendinglogin"("digest");

-- CreateIndex
CREATE INDEX "accounts_pendinglogin_user_id" ON "accounts_pendinglogin"("user_id");

-- CreateIndex
CREATE INDEX "accounts_pendinglogin_expires_at" ON "accounts_pendinglogin"("expires_at");

-- AddForeignKey
ALTER TABLE "accounts_pendinglogin" ADD CONSTRAINT "accounts_pendinglogin_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;
