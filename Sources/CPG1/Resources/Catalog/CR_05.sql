-- CR_05: Closing FX rates
SELECT
  company_code AS "Company_Code",
  company_name AS "Company_Name",
  opco_central AS "Opco/Central_?",
  company_country AS "Company_Country",
  is_active AS "Is_Active?",
  rate_type AS "rate_type",
  rate_year AS "year",
  rate_month AS "cod_month",
  fx_rate AS "FX_rate",
  country_name AS "Country_Name"
FROM fx_closing_rate
WHERE as_of_year = {year}
  AND as_of_month = {month}
ORDER BY seq
