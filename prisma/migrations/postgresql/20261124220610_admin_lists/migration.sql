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

-- The search for parts of words. Where the extension may not be installed, the search reads the table.
DO $migration$
DECLARE
  home text;
  field text;
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  SELECT nspname INTO home FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm';
  FOREACH field IN ARRAY ARRAY['email', 'name', 'phone'] LOOP
    EXECUTE format('CREATE INDEX %I ON accounts_user USING gin (%I %I.gin_trgm_ops)', 'accounts_user_' || field || '_trgm', field, home);
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'pg_trgm is not available: %', SQLERRM;
END
$migration$;
