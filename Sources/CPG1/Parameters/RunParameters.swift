/// The parameters of one run of the control, validated.
///
/// The cutoff is the last day of the period and is included everywhere; queries compare with `cutoff_next_day`.
public struct RunParameters: Sendable, Hashable, Codable {
  /// The last day of the period.
  public let cutoff: CivilDate
  /// First posting date of the ledger entries (CR_03).
  public let yearStart: CivilDate
  /// Last posting date of the ledger entries (CR_03).
  public let yearEnd: CivilDate
  /// Local ledger accounts (CR_03).
  public let glAccounts: [String]
  /// Group ledger accounts (CR_04); the local ones by default.
  public let groupGLAccounts: [String]
  /// Company codes in scope.
  public let companies: [String]
  /// Countries, companies and currencies.
  public let companyTable: CompanyTable

  /// The accounts that a run covers when none are given.
  public static let standardGLAccounts = [
    "13001", "13002", "13003", "13004", "13005", "13009", "13024", "18304", "18317", "18350", "18397", "18412", "18650",
  ]

  /// Creates and validates parameters.
  ///
  /// - Parameters:
  ///   - cutoff: the last day of the period
  ///   - yearStart: 1 January of the cutoff's year by default
  ///   - yearEnd: the last day of the cutoff's month by default
  ///   - glAccounts: local accounts, ``standardGLAccounts`` by default
  ///   - groupGLAccounts: group accounts, by default those of `glAccounts`
  ///   - companies: company or country codes, by default all of the company table
  /// - Throws: ``CPG1Error/Code/invalidParameter`` naming the parameter and the remedy.
  public init(
    cutoff: CivilDate,
    yearStart: CivilDate? = nil,
    yearEnd: CivilDate? = nil,
    glAccounts: [String] = RunParameters.standardGLAccounts,
    groupGLAccounts: [String]? = nil,
    companies: [String]? = nil,
    companyTable: CompanyTable = .standard
  ) throws {
    self.cutoff = cutoff
    self.yearStart = yearStart ?? CivilDate(year: cutoff.year, month: 1, day: 1) ?? cutoff
    self.yearEnd = yearEnd ?? cutoff.lastOfMonth
    self.companyTable = companyTable
    self.glAccounts = try Self.checkedAccounts(glAccounts, name: "gl_accounts")
    self.groupGLAccounts =
      try groupGLAccounts.map { try Self.checkedAccounts($0, name: "group_gl_accounts") }
      ?? self.glAccounts
    self.companies = try Self.checkedCompanies(companies ?? companyTable.companies, table: companyTable)
    guard self.yearStart <= self.yearEnd else {
      throw CPG1Error(
        .invalidParameter,
        "year_start \(self.yearStart) is after year_end \(self.yearEnd); exchange the two dates"
      )
    }
  }

  /// Creates parameters from text, as a command line or a configuration gives them.
  public init(
    cutoffDate: String,
    yearStart: String? = nil,
    yearEnd: String? = nil,
    glAccounts: [String]? = nil,
    groupGLAccounts: [String]? = nil,
    companies: [String]? = nil,
    companyTable: CompanyTable = .standard
  ) throws {
    try self.init(
      cutoff: Self.date(cutoffDate, name: "cutoff_date"),
      yearStart: yearStart.map { try Self.date($0, name: "year_start") },
      yearEnd: yearEnd.map { try Self.date($0, name: "year_end") },
      glAccounts: glAccounts ?? Self.standardGLAccounts,
      groupGLAccounts: groupGLAccounts,
      companies: companies,
      companyTable: companyTable
    )
  }

  /// The default cutoff: the last day of the month before `today`.
  public static func defaultCutoff(today: CivilDate) -> CivilDate { today.firstOfMonth.adding(days: -1) }

  /// Reads a date strictly as `YYYY-MM-DD`. Throws ``CPG1Error/Code/invalidParameter`` naming the parameter.
  public static func date(_ text: String, name: String) throws -> CivilDate {
    guard let date = CivilDate(text) else {
      throw CPG1Error(
        .invalidParameter,
        "\(name) is '\(text)', which is not a date; give an existing day as YYYY-MM-DD, such as 2025-09-30"
      )
    }
    return date
  }

  /// The day after the cutoff.
  public var cutoffNextDay: CivilDate { cutoff.adding(days: 1) }
  /// The period as `YYYYMM`.
  public var period: String {
    let (year, month, _) = cutoff.components
    return String(year * 100 + month)
  }

  private static func checkedAccounts(_ accounts: [String], name: String) throws -> [String] {
    guard !accounts.isEmpty else {
      throw CPG1Error(.invalidParameter, "\(name) is empty; name at least one ledger account, such as 18412")
    }
    var seen: Set<String> = []
    var result: [String] = []
    for account in accounts {
      guard let clean = TextRules.account(account) else {
        throw CPG1Error(.invalidParameter, "\(name) holds a blank account; remove it")
      }
      if seen.insert(clean).inserted { result.append(clean) }
    }
    return result
  }

  private static func checkedCompanies(_ companies: [String], table: CompanyTable) throws -> [String] {
    guard !companies.isEmpty else {
      throw CPG1Error(.invalidParameter, "id_companies_active is empty; name at least one company, such as EC_NG")
    }
    var seen: Set<String> = []
    var result: [String] = []
    for company in companies {
      guard let code = table.company(company) else {
        throw CPG1Error(.invalidParameter, "id_companies_active holds a blank company; remove it")
      }
      guard table.entry(code) != nil else {
        throw CPG1Error(
          .invalidParameter,
          "company '\(company)' is not in the company table (\(table.companies.joined(separator: ", "))); "
            + "correct the code or add the company to the table"
        )
      }
      if seen.insert(code).inserted { result.append(code) }
    }
    return result
  }
}
