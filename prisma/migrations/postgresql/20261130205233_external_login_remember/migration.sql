-- AlterTable
ALTER TABLE "accounts_externallogin" ADD COLUMN     "remember" BOOLEAN NOT NULL DEFAULT false;
