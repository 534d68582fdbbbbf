-- AlterTable
ALTER TABLE "accounts_pendinglogin" ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "accounts_totpdevice" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "secret" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(6),
    "last_used_at" TIMESTAMPTZ(6),
    "last_used_step" BIGINT,

    CONSTRAINT "accounts_totpdevice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts_recoverycode" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "sealed" VARCHAR(255),
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "accounts_recoverycode_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_totpdevice_user_id_key" ON "accounts_totpdevice"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_recoverycode_digest_key" ON "accounts_recoverycode"("digest");

-- CreateIndex
CREATE INDEX "accounts_recoverycode_user_id" ON "accounts_recoverycode"("user_id");

-- AddForeignKey
ALTER TABLE "accounts_totpdevice" ADD CONSTRAINT "accounts_totpdevice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "accounts_recoverycode" ADD CONSTRAINT "accounts_recoverycode_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;
