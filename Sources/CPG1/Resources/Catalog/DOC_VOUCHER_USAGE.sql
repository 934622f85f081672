-- DOC_VOUCHER_USAGE: Voucher usage
SELECT
  id_company AS "ID_Company",
  id AS "id",
  transaction_no AS "Transaction_No",
  voucher_type AS "voucher_type",
  business_use AS "business_use",
  creation_year AS "creation_year",
  delivery_mth AS "Delivery_mth",
  shipping_storecredit AS "shipping_storecredit",
  mpl_storecredit AS "MPL_storecredit",
  rtl_storecredit AS "RTL_storecredit",
  total_amount_used AS "TotalAmountUsed"
FROM oms_voucher_usage
WHERE voucher_type = 'reusablecredit'
  AND last_delivery_date < {cutoff_next_day}
  AND id_company IN ({id_companies_active})
ORDER BY seq
