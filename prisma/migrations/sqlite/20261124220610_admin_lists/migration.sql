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

-- The search for parts of words: an index of every three letters, kept by the database, whoever writes.
CREATE VIRTUAL TABLE "accounts_user_search" USING fts5("email", "name", "phone", content='accounts_user', content_rowid='id', tokenize='trigram');

CREATE TRIGGER "accounts_user_search_added" AFTER INSERT ON "accounts_user" BEGIN
  INSERT INTO "accounts_user_search" (rowid, "email", "name", "phone") VALUES (new."id", new."email", new."name", new."phone");
END;

CREATE TRIGGER "accounts_user_search_deleted" AFTER DELETE ON "accounts_user" BEGIN
  INSERT INTO "accounts_user_search" ("accounts_user_search", rowid, "email", "name", "phone")
  VALUES ('delete', old."id", old."email", old."name", old."phone");
END;

CREATE TRIGGER "accounts_user_search_changed" AFTER UPDATE OF "email", "name", "phone" ON "accounts_user" BEGIN
  INSERT INTO "accounts_user_search" ("accounts_user_search", rowid, "email", "name", "phone")
  VALUES ('delete', old."id", old."email", old."name", old."phone");
  INSERT INTO "accounts_user_search" (rowid, "email", "name", "phone") VALUES (new."id", new."email", new."name", new."phone");
END;

INSERT INTO "accounts_user_search" ("accounts_user_search") VALUES ('rebuild');
