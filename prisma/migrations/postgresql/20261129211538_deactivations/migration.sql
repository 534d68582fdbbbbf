-- AlterTable
ALTER TABLE "accounts_user" ADD COLUMN     "deactivations" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "accounts_session" ADD COLUMN     "deactivations" INTEGER;

-- Sessions end with their account's deactivation, also where it is activated again before anybody looks. It touches its own row
-- alone, so that Django, which may be the one to deactivate, needs nothing of ours for it.
CREATE FUNCTION "accounts_user_count_deactivation"() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  NEW."deactivations" := OLD."deactivations" + 1;
  RETURN NEW;
END
$function$;

CREATE TRIGGER "accounts_user_deactivated" BEFORE UPDATE OF "is_active" ON "accounts_user"
  FOR EACH ROW WHEN (OLD."is_active" AND NOT NEW."is_active") EXECUTE FUNCTION "accounts_user_count_deactivation"();
