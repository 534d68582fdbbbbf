-- CreateTable
CREATE TABLE "accounts_trusteddevice" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "password_digest" VARCHAR(64) NOT NULL,
    "deactivations" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "accounts_trusteddevice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_trusteddevice_digest_key" ON "accounts_trusteddevice"("digest");

-- CreateIndex
CREATE INDEX "accounts_trusteddevice_user_id" ON "accounts_trusteddevice"("user_id");

-- CreateIndex
CREATE INDEX "accounts_trusteddevice_expires_at" ON "accounts_trusteddevice"("expires_at");

-- AddForeignKey
ALTER TABLE "accounts_trusteddevice" ADD CONSTRAINT "accounts_trusteddevice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;
