/// An entry of the catalog: a query with its contract, or the mere description of one.
public struct CatalogItem: Sendable, Hashable {
  /// A table or view that a query reads.
  public struct Source: Sendable, Hashable {
    /// What it is, such as `table`.
    public let type: String
    /// Database and name.
    public let location: String
    /// The system that owns it.
    public let system: String
    /// The area of business.
    public let domain: String
  }

  /// A placeholder of the query.
  public struct Parameter: Sendable, Hashable {
    /// The name in braces.
    public let name: String
    /// The kind of its value.
    public let type: ParameterType
    /// Whether it takes a list.
    public let isList: Bool
  }

  /// Unique id, such as `IPE_07`.
  public let id: String
  /// `IPE`, `CR` or `DOC`.
  public let type: String
  /// The control to which the item belongs.
  public let control: String
  /// The title.
  public let title: String
  /// What the query returns.
  public let description: String
  /// Ledger accounts that the item explains.
  public let glAccounts: [String]
  /// Where the data come from.
  public let sources: [Source]
  /// Further descriptive fields by name, such as notes, status or evidence reference.
  public let details: [String: String]
  /// The query with placeholders; nil when none is supplied.
  public let sql: String?
  /// The placeholders that the query may use.
  public let parameters: [Parameter]
  /// The columns that the query returns, in order.
  public let columns: [FrameColumn]
  /// Checks of the result.
  public let qualityRules: [QualityRule]
  /// A condition on result columns that at least one row must meet; nil skips the positive accuracy test.
  public let witness: String?
  /// A condition on result columns that no row may meet; nil skips the negative accuracy test.
  public let scopeViolation: String?

  /// The same item with another witness condition.
  public func withWitness(_ condition: String?) -> CatalogItem {
    CatalogItem(
      id: id,
      type: type,
      control: control,
      title: title,
      description: description,
      glAccounts: glAccounts,
      sources: sources,
      details: details,
      sql: sql,
      parameters: parameters,
      columns: columns,
      qualityRules: qualityRules,
      witness: condition,
      scopeViolation: scopeViolation
    )
  }
}

extension CatalogItem {
  /// The query bound to values; several statements when a list is too long for one.
  ///
  /// Throws ``CPG1Error/Code/invalidCatalog`` when the item has no query, and the errors of ``SQLBinding``.
  public func bind(_ values: [String: ParameterValue]) throws -> [BoundStatement] {
    try bind(query(), values)
  }

  /// Counts the rows of the query, for the completeness test.
  public func bindCompleteness(_ values: [String: ParameterValue]) throws -> [BoundStatement] {
    try bind(CountingQuery.over(query()), values)
  }

  /// Counts the witnesses, for the positive accuracy test; nil when none is configured.
  public func bindPositiveAccuracy(_ values: [String: ParameterValue]) throws -> [BoundStatement]? {
    guard let witness else { return nil }
    return try bind(CountingQuery.over(query(), where: witness), values)
  }

  /// Counts the rows out of scope, for the negative accuracy test; nil when no scope is configured.
  public func bindNegativeAccuracy(_ values: [String: ParameterValue]) throws -> [BoundStatement]? {
    guard let scopeViolation else { return nil }
    return try bind(CountingQuery.over(query(), where: scopeViolation), values)
  }

  /// Checks a result with the item's rules.
  public func checkQuality(of frame: Frame) throws -> QualityReport {
    try QualityReport(checking: frame, rules: qualityRules)
  }

  private func bind(_ sql: String, _ values: [String: ParameterValue]) throws -> [BoundStatement] {
    for parameter in parameters {
      guard let value = values[parameter.name], value != .null else { continue }
      var isList = false
      if case .list = value { isList = true }
      guard isList == parameter.isList else {
        throw CPG1Error(
          .invalidBinding,
          "the parameter '\(parameter.name)' of \(id) takes \(parameter.isList ? "a list" : "one value"); give it so"
        )
      }
    }
    return try SQLBinding.bind(sql, values: values, types: types)
  }

  private var types: [String: ParameterType] {
    Dictionary(parameters.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
  }

  private func query() throws -> String {
    guard let sql else {
      throw CPG1Error(
        .invalidCatalog,
        "the item \(id) has no query; supply \(id).sql and \(id).json in a catalog directory"
      )
    }
    return sql
  }
}
