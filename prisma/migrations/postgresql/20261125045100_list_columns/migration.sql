-- CreateTable
CREATE TABLE "accounts_listcolumns" (
    "user_id" BIGINT NOT NULL,
    "list" VARCHAR(64) NOT NULL,
    "columns" TEXT NOT NULL,

    CONSTRAINT "accounts_listcolumns_pkey" PRIMARY KEY ("user_id","list")
);

-- AddForeignKey
ALTER TABLE "accounts_listcolumns" ADD CONSTRAINT "accounts_listcolumns_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user"("id") ON DELETE CASCADE ON UPDATE NO ACTION;
