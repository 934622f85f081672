-- IPE_10: Customer prepayments
SELECT
  id_company AS "ID_COMPANY",
  is_prepayment AS "IS_PREPAYMENT",
  cod_oms_sales_order_item AS "COD_OMS_SALES_ORDER_ITEM",
  order_nr AS "ORDER_NR",
  bob_id_customer AS "BOB_ID_CUSTOMER",
  current_status AS "CURRENT_STATUS",
  is_closed AS "IS_CLOSED",
  is_marketplace AS "IS_MARKETPLACE",
  payment_method AS "PAYMENT_METHOD",
  order_creation_date AS "ORDER_CREATION_DATE",
  finance_verified_date AS "FINANCE_VERIFIED_DATE",
  delivered_date AS "DELIVERED_DATE",
  package_delivery_date AS "PACKAGE_DELIVERY_DATE",
  refund_completed AS "REFUND_COMPLETED",
  refund_date AS "REFUND_DATE",
  fail_date AS "FAIL_DATE",
  paid_for_items AS "PAID_FOR_ITEMS",
  paid_price AS "PAID_PRICE",
  paid_for_shipping AS "PAID_FOR_SHIPPING"
FROM oms_prepayment_item
WHERE is_prepayment = 1
  AND finance_verified_date >= '2018-01-01'
  AND finance_verified_date < {cutoff_next_day}
  AND (delivered_date IS NULL OR delivered_date >= {cutoff_next_day})
  AND (refund_date IS NULL OR refund_date >= {cutoff_next_day})
ORDER BY seq
