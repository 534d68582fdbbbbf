-- CreateTable
CREATE TABLE "accounts_listcolumns" (
    "user_id" INTEGER NOT NULL,
    "list" TEXT NOT NULL,
    "columns" TEXT NOT NULL,

    PRIMARY KEY ("user_id", "list"),
    CONSTRAINT "accounts_listcolumns_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);
