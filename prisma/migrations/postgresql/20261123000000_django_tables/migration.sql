-- The original's tables. In a database that has some of them, only the missing ones are made.
-- UNIQUE is a constraint, as Django makes it, so that Django's later migrations find it by name.
DO $migration$
BEGIN
IF to_regclass('accounts_user') IS NULL THEN

CREATE TABLE "accounts_user" (
    "id" BIGSERIAL NOT NULL,
    "password" VARCHAR(128) NOT NULL,
    "last_login" TIMESTAMPTZ(6),
    "is_superuser" BOOLEAN NOT NULL,
    "username" VARCHAR(150) NOT NULL,
    "first_name" VARCHAR(150) NOT NULL,
    "last_name" VARCHAR(150) NOT NULL,
    "is_staff" BOOLEAN NOT NULL,
    "is_active" BOOLEAN NOT NULL,
    "date_joined" TIMESTAMPTZ(6) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "phone" VARCHAR(20) NOT NULL,

    CONSTRAINT "accounts_user_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "accounts_user" ADD CONSTRAINT "accounts_user_username_key" UNIQUE ("username");

ALTER TABLE "accounts_user" ADD CONSTRAINT "accounts_user_email_key" UNIQUE ("email");

ALTER TABLE "accounts_user" ADD CONSTRAINT "accounts_user_phone_key" UNIQUE ("phone");

CREATE INDEX "accounts_user_email_b2644a56_like" ON "accounts_user"("email" varchar_pattern_ops);

CREATE INDEX "accounts_user_phone_c603acdd_like" ON "accounts_user"("phone" varchar_pattern_ops);

CREATE INDEX "accounts_user_username_6088629e_like" ON "accounts_user"("username" varchar_pattern_ops);

END IF;

IF to_regclass('auth_group') IS NULL THEN

CREATE TABLE "auth_group" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(150) NOT NULL,

    CONSTRAINT "auth_group_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "auth_group" ADD CONSTRAINT "auth_group_name_key" UNIQUE ("name");

CREATE INDEX "auth_group_name_a6ea08ec_like" ON "auth_group"("name" varchar_pattern_ops);

END IF;

IF to_regclass('django_content_type') IS NULL THEN

CREATE TABLE "django_content_type" (
    "id" SERIAL NOT NULL,
    "app_label" VARCHAR(100) NOT NULL,
    "model" VARCHAR(100) NOT NULL,

    CONSTRAINT "django_content_type_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "django_content_type" ADD CONSTRAINT "django_content_type_app_label_model_76bd3d3b_uniq" UNIQUE ("app_label", "model");

END IF;

IF to_regclass('auth_permission') IS NULL THEN

CREATE TABLE "auth_permission" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "content_type_id" INTEGER NOT NULL,
    "codename" VARCHAR(100) NOT NULL,

    CONSTRAINT "auth_permission_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission"("content_type_id");

ALTER TABLE "auth_permission" ADD CONSTRAINT "auth_permission_content_type_id_codename_01ab375a_uniq" UNIQUE ("content_type_id", "codename");

ALTER TABLE "auth_permission" ADD CONSTRAINT "auth_permission_content_type_id_fkey" FOREIGN KEY ("content_type_id") REFERENCES "django_content_type"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

END IF;

IF to_regclass('auth_group_permissions') IS NULL THEN

CREATE TABLE "auth_group_permissions" (
    "id" BIGSERIAL NOT NULL,
    "group_id" INTEGER NOT NULL,
    "permission_id" INTEGER NOT NULL,

    CONSTRAINT "auth_group_permissions_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions"("group_id");

CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions"("permission_id");

ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" UNIQUE ("group_id", "permission_id");

ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissions_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "auth_group"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissions_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "auth_permission"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

END IF;

IF to_regclass('accounts_user_groups') IS NULL THEN

CREATE TABLE "accounts_user_groups" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "group_id" INTEGER NOT NULL,

    CONSTRAINT "accounts_user_groups_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "accounts_user_groups_user_id_52b62117" ON "accounts_user_groups"("user_id");

CREATE INDEX "accounts_user_groups_group_id_bd11a704" ON "accounts_user_groups"("group_id");

ALTER TABLE "accounts_user_groups" ADD CONSTRAINT "accounts_user_groups_user_id_group_id_59c0b32f_uniq" UNIQUE ("user_id", "group_id");

ALTER TABLE "accounts_user_groups" ADD CONSTRAINT "accounts_user_groups_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "accounts_user_groups" ADD CONSTRAINT "accounts_user_groups_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "auth_group"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

END IF;

IF to_regclass('accounts_user_user_permissions') IS NULL THEN

CREATE TABLE "accounts_user_user_permissions" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "permission_id" INTEGER NOT NULL,

    CONSTRAINT "accounts_user_user_permissions_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "accounts_user_user_permissions_user_id_e4f0a161" ON "accounts_user_user_permissions"("user_id");

CREATE INDEX "accounts_user_user_permissions_permission_id_113bb443" ON "accounts_user_user_permissions"("permission_id");

ALTER TABLE "accounts_user_user_permissions" ADD CONSTRAINT "accounts_user_user_permi_user_id_permission_id_2ab516c2_uniq" UNIQUE ("user_id", "permission_id");

ALTER TABLE "accounts_user_user_permissions" ADD CONSTRAINT "accounts_user_user_permissions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "accounts_user_user_permissions" ADD CONSTRAINT "accounts_user_user_permissions_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "auth_permission"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

END IF;

IF to_regclass('django_admin_log') IS NULL THEN

CREATE TABLE "django_admin_log" (
    "id" SERIAL NOT NULL,
    "action_time" TIMESTAMPTZ(6) NOT NULL,
    "object_id" TEXT,
    "object_repr" VARCHAR(200) NOT NULL,
    "action_flag" SMALLINT NOT NULL,
    "change_message" TEXT NOT NULL,
    "content_type_id" INTEGER,
    "user_id" BIGINT NOT NULL,

    CONSTRAINT "django_admin_log_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "django_admin_log_content_type_id_c4bce8eb" ON "django_admin_log"("content_type_id");

CREATE INDEX "django_admin_log_user_id_c564eba6" ON "django_admin_log"("user_id");

ALTER TABLE "django_admin_log" ADD CONSTRAINT "django_admin_log_content_type_id_fkey" FOREIGN KEY ("content_type_id") REFERENCES "django_content_type"("id") ON DELETE SET NULL ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "django_admin_log" ADD CONSTRAINT "django_admin_log_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

END IF;

IF to_regclass('token_blacklist_outstandingtoken') IS NULL THEN

CREATE TABLE "token_blacklist_outstandingtoken" (
    "id" BIGSERIAL NOT NULL,
    "token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6),
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "user_id" BIGINT,
    "jti" VARCHAR(255) NOT NULL,

    CONSTRAINT "token_blacklist_outstandingtoken_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "token_blacklist_outstandingtoken" ADD CONSTRAINT "token_blacklist_outstandingtoken_jti_hex_d9bdf6f7_uniq" UNIQUE ("jti");

CREATE INDEX "token_blacklist_outstandingtoken_user_id_83bc629a" ON "token_blacklist_outstandingtoken"("user_id");

CREATE INDEX "token_blacklist_outstandingtoken_jti_hex_d9bdf6f7_like" ON "token_blacklist_outstandingtoken"("jti" varchar_pattern_ops);

ALTER TABLE "token_blacklist_outstandingtoken" ADD CONSTRAINT "token_blacklist_outstandingtoken_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE SET NULL ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

END IF;

IF to_regclass('token_blacklist_blacklistedtoken') IS NULL THEN

CREATE TABLE "token_blacklist_blacklistedtoken" (
    "id" BIGSERIAL NOT NULL,
    "blacklisted_at" TIMESTAMPTZ(6) NOT NULL,
    "token_id" BIGINT NOT NULL,

    CONSTRAINT "token_blacklist_blacklistedtoken_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "token_blacklist_blacklistedtoken" ADD CONSTRAINT "token_blacklist_blacklistedtoken_token_id_key" UNIQUE ("token_id");

ALTER TABLE "token_blacklist_blacklistedtoken" ADD CONSTRAINT "token_blacklist_blacklistedtoken_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "token_blacklist_outstandingtoken"("id") ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;

END IF;

END
$migration$;

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
