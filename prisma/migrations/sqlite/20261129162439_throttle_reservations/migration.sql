-- AlterTable
ALTER TABLE "accounts_throttlecounter" ADD COLUMN "pending" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "accounts_throttlecounter" ADD COLUMN "pending_until" INTEGER NOT NULL DEFAULT 0;
