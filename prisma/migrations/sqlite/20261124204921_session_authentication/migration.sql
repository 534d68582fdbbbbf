-- AlterTable
ALTER TABLE "accounts_session" ADD COLUMN "authenticated_at" DATETIME;
