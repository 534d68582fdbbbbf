-- Each of the list's orders is read from its index alone, the id included, however far in a page lies.
DROP INDEX "accounts_user_name_email";
CREATE INDEX "accounts_user_name_email" ON "accounts_user"("name", "email") INCLUDE ("id");
DROP INDEX "accounts_user_is_staff_email";
CREATE INDEX "accounts_user_is_staff_email" ON "accounts_user"("is_staff", "email") INCLUDE ("id");
DROP INDEX "accounts_user_is_active_email";
CREATE INDEX "accounts_user_is_active_email" ON "accounts_user"("is_active", "email") INCLUDE ("id");
DROP INDEX "accounts_user_is_superuser_email";
CREATE INDEX "accounts_user_is_superuser_email" ON "accounts_user"("is_superuser", "email") INCLUDE ("id");
DROP INDEX "accounts_user_date_joined_email";
CREATE INDEX "accounts_user_date_joined_email" ON "accounts_user"("date_joined", "email") INCLUDE ("id");

-- Who never signed in stands first, as in SQLite; backwards, who signed in last does.
CREATE INDEX "accounts_user_last_login_email" ON "accounts_user"("last_login" NULLS FIRST, "email") INCLUDE ("id");

CREATE INDEX "accounts_user_email_verified_at_email" ON "accounts_user"("email_verified_at", "email") INCLUDE ("id");
