-- DropTable
DROP TABLE "accounts_listcolumns";
