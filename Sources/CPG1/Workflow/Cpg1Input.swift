/// The input of ``Cpg1Workflow``. All fields but the cutoff have defaults.
public struct Cpg1Input: Sendable, Hashable, Codable {
  /// The last day of the period, `YYYY-MM-DD`.
  public var cutoffDate: String
  /// Local ledger accounts; ``RunParameters/standardGLAccounts`` by default.
  public var glAccounts: [String]?
  /// First posting date of the ledger entries; by default 1 January of the cutoff's year.
  public var yearStart: String?
  /// Last posting date of the ledger entries; by default the last day of the cutoff's month.
  public var yearEnd: String?
  /// Country or company code that the evidence names and to which the companies are limited; by default all.
  public var country: String?
  /// The Jdash export, a path that the worker can read; without it there is no timing difference.
  public var jdashFile: String?
  /// Company codes in scope; by default the country's, or all of the company table.
  public var companies: [String]?
  /// Group ledger accounts; by default the local ones.
  public var groupGLAccounts: [String]?
  /// Whether a failed completeness or accuracy test fails the run. Default true.
  public var failOnValidation: Bool?
  /// Whether a failed quality rule fails the run instead of being a warning. Default false.
  public var failOnQuality: Bool?
  /// Seconds before the first retry of an activity. Default 10.
  public var retryInitialInterval: Double?

  private enum CodingKeys: String, CodingKey {
    case cutoffDate = "cutoff_date"
    case glAccounts = "gl_accounts"
    case yearStart = "year_start"
    case yearEnd = "year_end"
    case country
    case jdashFile = "jdash_file"
    case companies
    case groupGLAccounts = "group_gl_accounts"
    case failOnValidation = "fail_on_validation"
    case failOnQuality = "fail_on_quality"
    case retryInitialInterval = "retry_initial_interval"
  }

  /// Creates an input with the defaults of all other fields.
  public init(cutoffDate: String) { self.cutoffDate = cutoffDate }

  /// Checks all fields.
  ///
  /// - Throws: ``CPG1Error/Code/invalidParameter`` naming field and remedy.
  public func parameters() throws -> RunParameters {
    var companies = companies
    if companies == nil, let country = try countryCode() { companies = [country] }
    return try RunParameters(
      cutoffDate: cutoffDate,
      yearStart: yearStart,
      yearEnd: yearEnd,
      glAccounts: glAccounts,
      groupGLAccounts: groupGLAccounts,
      companies: companies
    )
  }

  /// The country in upper case, nil for all.
  ///
  /// - Throws: ``CPG1Error/Code/invalidParameter`` when the company table does not know it.
  public func countryCode() throws -> String? {
    guard let country, let code = TextRules.trimmed(country) else { return nil }
    guard let entry = CompanyTable.standard.entry(code) else {
      let known = CompanyTable.standard.entries.map(\.country).joined(separator: ", ")
      throw CPG1Error(
        .invalidParameter,
        "country '\(country)' is not in the company table (\(known)); correct it or leave it out"
      )
    }
    return entry.country
  }

  /// The wait before the first retry.
  ///
  /// - Throws: ``CPG1Error/Code/invalidParameter`` when it is not between 0 and 60 s.
  func retryInterval() throws -> Duration {
    let seconds = retryInitialInterval ?? 10
    guard seconds >= 0, seconds <= 60 else {
      throw CPG1Error(
        .invalidParameter,
        "retry_initial_interval is \(seconds); give seconds between 0 and 60, the longest wait"
      )
    }
    return .milliseconds(Int64(seconds * 1000))
  }
}
