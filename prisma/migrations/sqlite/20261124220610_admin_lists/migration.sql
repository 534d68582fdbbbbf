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
