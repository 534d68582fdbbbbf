-- AlterTable
ALTER TABLE "accounts_user" ADD COLUMN     "tokens_not_before" TIMESTAMPTZ(6);

-- AlterTable
ALTER TABLE "accounts_session" ADD COLUMN     "password_digest" VARCHAR(64);
