-- AlterTable
ALTER TABLE "accounts_auditevent" ADD COLUMN     "log_entry_id" BIGINT;
