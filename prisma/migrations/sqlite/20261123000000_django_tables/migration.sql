-- The original's tables. In a database that already has them nothing is made anew.
CREATE TABLE IF NOT EXISTS "accounts_user" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "password" TEXT NOT NULL,
    "last_login" DATETIME,
    "is_superuser" BOOLEAN NOT NULL,
    "username" TEXT NOT NULL,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    "is_staff" BOOLEAN NOT NULL,
    "is_active" BOOLEAN NOT NULL,
    "date_joined" DATETIME NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "phone" TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS "auth_group" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS "django_content_type" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "app_label" TEXT NOT NULL,
    "model" TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS "auth_permission" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "content_type_id" INTEGER NOT NULL,
    "codename" TEXT NOT NULL,
    CONSTRAINT "auth_permission_content_type_id_fkey" FOREIGN KEY ("content_type_id") REFERENCES "django_content_type" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

CREATE TABLE IF NOT EXISTS "auth_group_permissions" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "group_id" INTEGER NOT NULL,
    "permission_id" INTEGER NOT NULL,
    CONSTRAINT "auth_group_permissions_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "auth_group" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
    CONSTRAINT "auth_group_permissions_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "auth_permission" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

CREATE TABLE IF NOT EXISTS "accounts_user_groups" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "group_id" INTEGER NOT NULL,
    CONSTRAINT "accounts_user_groups_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
    CONSTRAINT "accounts_user_groups_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "auth_group" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

CREATE TABLE IF NOT EXISTS "accounts_user_user_permissions" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "permission_id" INTEGER NOT NULL,
    CONSTRAINT "accounts_user_user_permissions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
    CONSTRAINT "accounts_user_user_permissions_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "auth_permission" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

CREATE TABLE IF NOT EXISTS "django_admin_log" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "action_time" DATETIME NOT NULL,
    "object_id" TEXT,
    "object_repr" TEXT NOT NULL,
    "action_flag" INTEGER NOT NULL,
    "change_message" TEXT NOT NULL,
    "content_type_id" INTEGER,
    "user_id" INTEGER NOT NULL,
    CONSTRAINT "django_admin_log_content_type_id_fkey" FOREIGN KEY ("content_type_id") REFERENCES "django_content_type" ("id") ON DELETE SET NULL ON UPDATE NO ACTION,
    CONSTRAINT "django_admin_log_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

CREATE TABLE IF NOT EXISTS "token_blacklist_outstandingtoken" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "token" TEXT NOT NULL,
    "created_at" DATETIME,
    "expires_at" DATETIME NOT NULL,
    "user_id" INTEGER,
    "jti" TEXT NOT NULL,
    CONSTRAINT "token_blacklist_outstandingtoken_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE SET NULL ON UPDATE NO ACTION
);

CREATE TABLE IF NOT EXISTS "token_blacklist_blacklistedtoken" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "blacklisted_at" DATETIME NOT NULL,
    "token_id" INTEGER NOT NULL,
    CONSTRAINT "token_blacklist_blacklistedtoken_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "token_blacklist_outstandingtoken" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

CREATE UNIQUE INDEX IF NOT EXISTS "accounts_user_username_key" ON "accounts_user"("username");

CREATE UNIQUE INDEX IF NOT EXISTS "accounts_user_email_key" ON "accounts_user"("email");

CREATE UNIQUE INDEX IF NOT EXISTS "accounts_user_phone_key" ON "accounts_user"("phone");

CREATE UNIQUE INDEX IF NOT EXISTS "auth_group_name_key" ON "auth_group"("name");

CREATE UNIQUE INDEX IF NOT EXISTS "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type"("app_label", "model");

CREATE INDEX IF NOT EXISTS "auth_permission_content_type_id_2f476e4b" ON "auth_permission"("content_type_id");

CREATE UNIQUE INDEX IF NOT EXISTS "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission"("content_type_id", "codename");

CREATE INDEX IF NOT EXISTS "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions"("group_id");

CREATE INDEX IF NOT EXISTS "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions"("permission_id");

CREATE UNIQUE INDEX IF NOT EXISTS "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions"("group_id", "permission_id");

CREATE INDEX IF NOT EXISTS "accounts_user_groups_user_id_52b62117" ON "accounts_user_groups"("user_id");

CREATE INDEX IF NOT EXISTS "accounts_user_groups_group_id_bd11a704" ON "accounts_user_groups"("group_id");

CREATE UNIQUE INDEX IF NOT EXISTS "accounts_user_groups_user_id_group_id_59c0b32f_uniq" ON "accounts_user_groups"("user_id", "group_id");

CREATE INDEX IF NOT EXISTS "accounts_user_user_permissions_user_id_e4f0a161" ON "accounts_user_user_permissions"("user_id");

CREATE INDEX IF NOT EXISTS "accounts_user_user_permissions_permission_id_113bb443" ON "accounts_user_user_permissions"("permission_id");

CREATE UNIQUE INDEX IF NOT EXISTS "accounts_user_user_permi_user_id_permission_id_2ab516c2_uniq" ON "accounts_user_user_permissions"("user_id", "permission_id");

CREATE INDEX IF NOT EXISTS "django_admin_log_content_type_id_c4bce8eb" ON "django_admin_log"("content_type_id");

CREATE INDEX IF NOT EXISTS "django_admin_log_user_id_c564eba6" ON "django_admin_log"("user_id");

CREATE UNIQUE INDEX IF NOT EXISTS "token_blacklist_outstandingtoken_jti_hex_d9bdf6f7_uniq" ON "token_blacklist_outstandingtoken"("jti");

CREATE INDEX IF NOT EXISTS "token_blacklist_outstandingtoken_user_id_83bc629a" ON "token_blacklist_outstandingtoken"("user_id");

CREATE UNIQUE INDEX IF NOT EXISTS "token_blacklist_blacklistedtoken_token_id_key" ON "token_blacklist_blacklistedtoken"("token_id");

-- What Django's post_migrate writes: content types, and add/change/delete/view for each, in Django's order.
INSERT INTO "django_content_type" ("app_label", "model") VALUES
  ('admin', 'logentry'), ('auth', 'permission'), ('auth', 'group'), ('contenttypes', 'contenttype'),
  ('sessions', 'session'), ('token_blacklist', 'blacklistedtoken'), ('token_blacklist', 'outstandingtoken'), ('accounts', 'user')
ON CONFLICT DO NOTHING;

INSERT INTO "auth_permission" ("name", "content_type_id", "codename")
SELECT 'Can ' || actions.action || ' ' || labels.label, types."id", actions.action || '_' || types."model"
FROM "django_content_type" AS types
JOIN (
  SELECT 'logentry' AS model, 'log entry' AS label UNION ALL SELECT 'permission', 'permission' UNION ALL SELECT 'group', 'group'
  UNION ALL SELECT 'contenttype', 'content type' UNION ALL SELECT 'session', 'session'
  UNION ALL SELECT 'blacklistedtoken', 'blacklisted token' UNION ALL SELECT 'outstandingtoken', 'outstanding token' UNION ALL SELECT 'user', 'user'
) AS labels ON labels.model = types."model"
CROSS JOIN (
  SELECT 1 AS position, 'add' AS action UNION ALL SELECT 2, 'change' UNION ALL SELECT 3, 'delete' UNION ALL SELECT 4, 'view'
) AS actions
WHERE types."app_label" IN ('admin', 'auth', 'contenttypes', 'sessions', 'token_blacklist', 'accounts')
ORDER BY types."id", actions.position
ON CONFLICT DO NOTHING;
