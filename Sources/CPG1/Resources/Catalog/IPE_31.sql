-- IPE_31: Collection accounts detail
SELECT
  id_company AS "ID_Company",
  event_date AS "Event_date",
  cp AS "CP",
  transaction_type AS "Transaction_Type",
  related_entity AS "Related_Entity",
  amount AS "Amount",
  service_provider AS "SERVICE_PROVIDER",
  type AS "Type",
  erp_name AS "ERP_Name",
  company_country AS "Company_Country",
  closing_date AS "Closing_date",
  gl_bank_account_no AS "G_L Bank Account No_"
FROM oms_collection_open_item
WHERE event_date < {cutoff_next_day}
  AND amount <> 0
  AND company_country NOT IN ('TN','TZ','ZA')
ORDER BY seq
