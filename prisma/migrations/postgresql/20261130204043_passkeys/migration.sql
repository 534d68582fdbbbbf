-- CreateTable
CREATE TABLE "accounts_passkey" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "credential_id" VARCHAR(1364) NOT NULL,
    "public_key" TEXT NOT NULL,
    "user_handle" VARCHAR(64) NOT NULL,
    "rp_id" VARCHAR(253) NOT NULL,
    "aaguid" VARCHAR(36) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "transports" VARCHAR(255) NOT NULL,
    "sign_count" BIGINT NOT NULL,
    "uv_initialized" BOOLEAN NOT NULL,
    "backup_eligible" BOOLEAN NOT NULL,
    "backed_up" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "last_used_at" TIMESTAMPTZ(6),

    CONSTRAINT "accounts_passkey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts_usedchallenge" (
    "digest" VARCHAR(64) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "accounts_usedchallenge_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_passkey_credential_id_key" ON "accounts_passkey"("credential_id");

-- CreateIndex
CREATE INDEX "accounts_passkey_user_id" ON "accounts_passkey"("user_id");

-- CreateIndex
CREATE INDEX "accounts_usedchallenge_expires_at" ON "accounts_usedchallenge"("expires_at");

-- AddForeignKey
ALTER TABLE "accounts_passkey" ADD CONSTRAINT "accounts_passkey_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;
