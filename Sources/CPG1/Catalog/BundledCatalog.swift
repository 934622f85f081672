/// The files of the bundled catalog, which the build embeds into the code.
enum BundledCatalog {
  static let files: [(name: String, contract: [UInt8], sql: [UInt8]?)] = [
    ("CR_03", PackageResources.CR_03_json, PackageResources.CR_03_sql),
    ("CR_04", PackageResources.CR_04_json, PackageResources.CR_04_sql),
    ("CR_05", PackageResources.CR_05_json, PackageResources.CR_05_sql),
    ("CR_05a", PackageResources.CR_05a_json, nil),
    ("DOC_PG_BALANCES", PackageResources.DOC_PG_BALANCES_json, nil),
    ("DOC_VOUCHER_USAGE", PackageResources.DOC_VOUCHER_USAGE_json, PackageResources.DOC_VOUCHER_USAGE_sql),
    ("DS-3899", PackageResources.DS_3899_json, nil),
    ("DS-3900", PackageResources.DS_3900_json, nil),
    ("IPE_07", PackageResources.IPE_07_json, PackageResources.IPE_07_sql),
    ("IPE_08", PackageResources.IPE_08_json, PackageResources.IPE_08_sql),
    ("IPE_08_TIMING", PackageResources.IPE_08_TIMING_json, nil),
    ("IPE_10", PackageResources.IPE_10_json, PackageResources.IPE_10_sql),
    ("IPE_11", PackageResources.IPE_11_json, nil),
    ("IPE_12", PackageResources.IPE_12_json, nil),
    ("IPE_31", PackageResources.IPE_31_json, PackageResources.IPE_31_sql),
    ("IPE_34", PackageResources.IPE_34_json, nil),
    ("IPE_REC_ERRORS", PackageResources.IPE_REC_ERRORS_json, PackageResources.IPE_REC_ERRORS_sql),
  ]
}
