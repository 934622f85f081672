// The declarations of the unixODBC driver manager, ODBC version 3.8.
#ifndef C_UNIX_ODBC_SHIM_H
#define C_UNIX_ODBC_SHIM_H

#define ODBCVER 0x0380

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#endif
