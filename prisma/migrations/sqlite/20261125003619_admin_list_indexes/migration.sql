-- CreateIndex
CREATE INDEX "accounts_user_last_login_email" ON "accounts_user"("last_login", "email");

-- CreateIndex
CREATE INDEX "accounts_user_email_verified_at_email" ON "accounts_user"("email_verified_at", "email");
