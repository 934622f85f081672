/// What a run covers, as the workflow hands it to every activity.
public struct RunScope: Sendable, Hashable, Codable {
  /// The last day of the period.
  public let cutoffDate: CivilDate
  /// First posting date of the ledger entries.
  public let yearStart: CivilDate
  /// Last posting date of the ledger entries.
  public let yearEnd: CivilDate
  /// Local ledger accounts.
  public let glAccounts: [String]
  /// Group ledger accounts.
  public let groupGLAccounts: [String]
  /// Company codes in scope.
  public let companies: [String]
  /// Country code of the evidence, nil for all countries.
  public let country: String?
  /// When the run was started, `YYYY-MM-DDTHH:MM:SS` in UTC: the extraction time of all evidence. It does not depend on
  /// when an attempt runs, so a repeated attempt leaves the same evidence.
  public let extractedAt: String
  /// Whether a failed completeness or accuracy test fails the run.
  public let failsOnValidation: Bool
  /// Whether a failed quality rule fails the run.
  public let failsOnQuality: Bool

  private enum CodingKeys: String, CodingKey {
    case cutoffDate = "cutoff_date"
    case yearStart = "year_start"
    case yearEnd = "year_end"
    case glAccounts = "gl_accounts"
    case groupGLAccounts = "group_gl_accounts"
    case companies
    case country
    case extractedAt = "extracted_at"
    case failsOnValidation = "fail_on_validation"
    case failsOnQuality = "fail_on_quality"
  }

  /// Creates a scope from validated parameters.
  ///
  /// - Parameter startedAt: RFC 3339 text of the run's start; its first 19 characters are kept.
  public init(
    _ parameters: RunParameters,
    country: String?,
    startedAt: String,
    failsOnValidation: Bool = true,
    failsOnQuality: Bool = false
  ) {
    cutoffDate = parameters.cutoff
    yearStart = parameters.yearStart
    yearEnd = parameters.yearEnd
    glAccounts = parameters.glAccounts
    groupGLAccounts = parameters.groupGLAccounts
    companies = parameters.companies
    self.country = country
    extractedAt = String(startedAt.prefix(19))
    self.failsOnValidation = failsOnValidation
    self.failsOnQuality = failsOnQuality
  }

  /// The parameters again.
  ///
  /// - Throws: ``CPG1Error/Code/invalidParameter``.
  public func parameters() throws -> RunParameters {
    try RunParameters(
      cutoff: cutoffDate,
      yearStart: yearStart,
      yearEnd: yearEnd,
      glAccounts: glAccounts,
      groupGLAccounts: groupGLAccounts,
      companies: companies
    )
  }

  /// ``extractedAt`` as a timestamp.
  func moment() throws -> CivilTimestamp {
    guard let moment = CivilTimestamp(extractedAt) else {
      throw CPG1Error(
        .invalidParameter,
        "extracted_at is '\(extractedAt)', which is not a time; write YYYY-MM-DDTHH:MM:SS"
      )
    }
    return moment
  }
}
