-- IPE_REC_ERRORS: Integration errors
SELECT
  source_system AS "Source_System",
  id_company AS "ID_Company",
  transaction_id AS "Transaction_ID",
  amount AS "Amount",
  integration_status AS "Integration_Status"
FROM rec_integration_error
WHERE 1 = 1
ORDER BY seq
