-- CreateTable
CREATE TABLE "accounts_externalaccount" (
    "id" BIGSERIAL NOT NULL,
    "user_id" BIGINT NOT NULL,
    "issuer" VARCHAR(255) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "email" VARCHAR(254),
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "last_used_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "accounts_externalaccount_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts_externallogin" (
    "id" BIGSERIAL NOT NULL,
    "purpose" VARCHAR(16) NOT NULL,
    "provider" VARCHAR(32) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "browser_digest" VARCHAR(64),
    "user_id" BIGINT,
    "session_id" VARCHAR(32),
    "next" TEXT,
    "identity" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "accounts_externallogin_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "accounts_externalaccount_user_id" ON "accounts_externalaccount"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_externalaccount_issuer_subject_key" ON "accounts_externalaccount"("issuer", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_externallogin_digest_key" ON "accounts_externallogin"("digest");

-- CreateIndex
CREATE INDEX "accounts_externallogin_user_id" ON "accounts_externallogin"("user_id");

-- CreateIndex
CREATE INDEX "accounts_externallogin_expires_at" ON "accounts_externallogin"("expires_at");

-- AddForeignKey
ALTER TABLE "accounts_externalaccount" ADD CONSTRAINT "accounts_externalaccount_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "accounts_externallogin" ADD CONSTRAINT "accounts_externallogin_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;
