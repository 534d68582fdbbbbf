-- AlterTable
ALTER TABLE "accounts_throttlecounter" ADD COLUMN     "pending" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "pending_until" BIGINT NOT NULL DEFAULT 0;
