-- AlterTable
ALTER TABLE "accounts_user" ADD COLUMN "deactivations" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "accounts_session" ADD COLUMN "deactivations" INTEGER;

-- Sessions end with their account's deactivation, also where it is activated again before anybody looks. It touches its own row
-- alone, so that Django, which may be the one to deactivate, needs nothing of ours for it.
CREATE TRIGGER "accounts_user_deactivated" AFTER UPDATE OF "is_active" ON "accounts_user"
WHEN old."is_active" AND NOT new."is_active" BEGIN
  UPDATE "accounts_user" SET "deactivations" = "deactivations" + 1 WHERE "id" = new."id";
END;
