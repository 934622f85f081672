-- CR_04: NAV G/L balances
SELECT
  id_company AS "ID_COMPANY",
  company_name AS "COMPANY_NAME",
  country_code AS "COUNTRY_CODE",
  country_name AS "COUNTRY_NAME",
  closing_date AS "CLOSING_DATE",
  refresh_date AS "REFRESH_DATE",
  group_coa_account_no AS "GROUP_COA_ACCOUNT_NO",
  group_coa_account_name AS "GROUP_COA_ACCOUNT_NAME",
  real_coa AS "REAL_COA",
  currency AS "CURRENCY",
  fx_rate AS "FX_RATE",
  balance_at_date AS "BALANCE_AT_DATE",
  busline_code AS "BUSLINE_CODE",
  reporting_country_code AS "REPORTING_COUNTRY_CODE",
  reporting_country_name AS "REPORTING_COUNTRY_NAME",
  partner_code AS "PARTNER_CODE",
  ic_partner_code AS "IC_PARTNER_CODE",
  is_recharge AS "IS_RECHARGE",
  is_retained_earnings AS "IS_RETAINED_EARNINGS",
  conso_account_no AS "CONSO_ACCOUNT_NO",
  conso_account_name AS "CONSO_ACCOUNT_NAME",
  ifrs_level_1_name AS "IFRS_LEVEL_1_NAME",
  ifrs_level_2_name AS "IFRS_LEVEL_2_NAME",
  ifrs_level_3_name AS "IFRS_LEVEL_3_NAME",
  is_interco AS "IS_INTERCO"
FROM nav_gl_balance
WHERE closing_date = {cutoff_date}
  AND group_coa_account_no IN ({group_gl_accounts})
ORDER BY seq
