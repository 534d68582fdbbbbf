-- DropForeignKey
ALTER TABLE "accounts_listcolumns" DROP CONSTRAINT "accounts_listcolumns_user_id_fkey";

-- DropTable
DROP TABLE "accounts_listcolumns";
