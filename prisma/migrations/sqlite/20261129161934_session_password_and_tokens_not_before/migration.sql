-- AlterTable
ALTER TABLE "accounts_user" ADD COLUMN "tokens_not_before" DATETIME;

-- AlterTable
ALTER TABLE "accounts_session" ADD COLUMN "password_digest" TEXT;
