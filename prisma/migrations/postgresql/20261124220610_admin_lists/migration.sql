-- CreateIndex
CREATE INDEX "accounts_user_name_email" ON "accounts_user"("name", "email");

-- CreateIndex
CREATE INDEX "accounts_user_is_staff_email" ON "accounts_user"("is_staff", "email");

-- CreateIndex
CREATE INDEX "accounts_user_is_active_email" ON "accounts_user"("is_active", "email");

-- CreateIndex
CREATE INDEX "accounts_user_is_superuser_email" ON "accounts_user"("is_superuser", "email");

-- CreateIndex
CREATE INDEX "accounts_user_date_joined_email" ON "accounts_user"("date_joined", "email");

-- CreateIndex
CREATE INDEX "django_admin_log_object" ON "django_admin_log"("content_type_id", "object_id");

-- CreateIndex
CREATE INDEX "accounts_session_created_at" ON "accounts_session"("created_at", "id");

-- CreateIndex
CREATE INDEX "accounts_auditevent_actor_id" ON "accounts_auditevent"("actor_id", "id");

-- A page far into the list is found in this index alone, without a look at the rows before it.
CREATE INDEX "accounts_user_email_id" ON "accounts_user" ("email") INCLUDE ("id");

-- The search for parts of words. Where the extension may not be installed, `manage migrate` leaves out its indexes, and the
-- search reads the table.
DO $migration$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'pg_trgm is not available: %', SQLERRM;
END
$migration$;

CREATE INDEX "accounts_user_email_trgm" ON "accounts_user" USING gin ("email" gin_trgm_ops);

CREATE INDEX "accounts_user_name_trgm" ON "accounts_user" USING gin ("name" gin_trgm_ops);

CREATE INDEX "accounts_user_phone_trgm" ON "accounts_user" USING gin ("phone" gin_trgm_ops);
