extension CatalogItem {
  /// Reads an item from its contract file and its query file.
  ///
  /// - Parameters:
  ///   - contract: the content of `<id>.json`
  ///   - sql: the content of `<id>.sql`, nil when there is none
  ///   - name: the file name without extension, which the id must be
  init(contract: OrderedJSON, sql: String?, name: String) throws {
    let reader = ContractReader(file: name + ".json", json: contract)
    id = try reader.text("id")
    guard id == name else {
      throw reader.failure("its id is '\(id)'; name the file \(id).json or correct the id")
    }
    type = try reader.text("type")
    title = try reader.text("title")
    control = reader.optionalText("control") ?? ""
    description = reader.optionalText("description") ?? title
    glAccounts = (contract["gl_accounts"]?.array ?? []).compactMap(\.string)
    sources = (contract["sources"]?.array ?? []).map { source in
      Source(
        type: source["type"]?.string ?? "",
        location: source["location"]?.string ?? "",
        system: source["system"]?.string ?? "",
        domain: source["domain"]?.string ?? ""
      )
    }
    let known: Set<String> = [
      "id", "type", "title", "control", "description", "gl_accounts", "sources", "query", "parameters", "columns",
      "quality_rules", "validation",
    ]
    details = Dictionary(
      (contract.members ?? []).filter { !known.contains($0.name) }.compactMap { member in
        member.value.string.map { (member.name, $0) }
      },
      uniquingKeysWith: { first, _ in first }
    )
    let declaresQuery = contract["query"]?.bool ?? true
    if sql == nil, declaresQuery {
      throw CPG1Error(
        .invalidCatalog,
        "\(name).json (item \(id)) has no query beside it; add \(name).sql, or write \"query\": false"
      )
    }
    if sql != nil, !declaresQuery {
      throw CPG1Error(
        .invalidCatalog,
        "\(name).sql exists, but \(name).json (item \(id)) says \"query\": false; remove one of the two"
      )
    }
    self.sql = sql
    parameters = try reader.parameters()
    columns = try reader.columns(required: sql != nil)
    qualityRules = try reader.qualityRules()
    witness = contract["validation"]?["witness"]?.string
    scopeViolation = contract["validation"]?["scope_violation"]?.string
    try checkQuery(file: name)
  }

  private func checkQuery(file: String) throws {
    guard let sql else { return }
    let declared = Set(parameters.map(\.name))
    guard TextRules.trimmed(sql) != nil else {
      throw CPG1Error(.invalidCatalog, "\(file).sql (item \(id)) is empty; write the query")
    }
    var used: Set<String> = []
    do {
      used.formUnion(try SQLBinding.placeholders(in: sql))
      if let unknown = used.subtracting(declared).sorted().first {
        throw CPG1Error(
          .invalidCatalog,
          "the query uses {\(unknown)}, which \(file).json does not declare under \"parameters\"; "
            + "declare it or correct the name"
        )
      }
      for condition in [witness, scopeViolation].compactMap({ $0 }) {
        let names = Set(try SQLBinding.placeholders(in: condition))
        if let unknown = names.subtracting(declared).sorted().first {
          throw CPG1Error(
            .invalidCatalog,
            "a validation condition uses {\(unknown)}, which is not declared; declare it under \"parameters\""
          )
        }
        used.formUnion(names)
      }
      if let unused = declared.subtracting(used).sorted().first {
        throw CPG1Error(
          .invalidCatalog,
          "the parameter '\(unused)' is declared but nothing uses {\(unused)}; use it or remove it"
        )
      }
    } catch let error as CPG1Error {
      throw CPG1Error(.invalidCatalog, "\(file).sql (item \(id)): \(error.message)")
    }
    let names = Set(columns.map(\.name))
    for column in qualityRules.compactMap(\.column) where !names.contains(column) {
      throw CPG1Error(
        .invalidCatalog,
        "\(file).json (item \(id)): a quality rule names the column '\(column)', which is not among \"columns\"; "
          + "correct it"
      )
    }
  }
}

/// Reads the members of a contract file.
private struct ContractReader {
  let file: String
  let json: OrderedJSON

  func failure(_ what: String) -> CPG1Error { CPG1Error(.invalidCatalog, "\(file): \(what)") }

  func optionalText(_ name: String) -> String? { json[name]?.string.flatMap(TextRules.trimmed) }

  func text(_ name: String) throws -> String {
    guard let text = optionalText(name) else { throw failure("it has no text \"\(name)\"; add it") }
    return text
  }

  func parameters() throws -> [CatalogItem.Parameter] {
    var seen: Set<String> = []
    return try (json["parameters"]?.array ?? []).map { element in
      guard let name = element["name"]?.string, seen.insert(name).inserted,
        let type = element["type"]?.string.flatMap(ParameterType.init(rawValue:))
      else {
        throw failure(
          "a parameter needs a unique \"name\" and a \"type\" of date, text or integer; "
            + "correct \(element.text(indent: 0))"
        )
      }
      return CatalogItem.Parameter(name: name, type: type, isList: element["list"]?.bool ?? false)
    }
  }

  func columns(required: Bool) throws -> [FrameColumn] {
    let elements = json["columns"]?.array ?? []
    if required, elements.isEmpty {
      throw failure("it has no \"columns\"; list name and type of every column that the query returns")
    }
    var seen: Set<String> = []
    return try elements.map { element in
      guard let name = element["name"]?.string, let type = element["type"]?.string.flatMap(FrameColumnType.init(name:))
      else {
        let types = FrameColumnType.allCases.map(\.rawValue).joined(separator: ", ")
        throw failure("a column needs \"name\" and a \"type\" of \(types); correct \(element.text(indent: 0))")
      }
      guard seen.insert(name).inserted else { throw failure("the column '\(name)' is listed twice; remove one") }
      return FrameColumn(name, type)
    }
  }

  func qualityRules() throws -> [QualityRule] {
    try (json["quality_rules"]?.array ?? []).map { element in
      let column = element["column"]?.string
      switch (element["rule"]?.string, column) {
      case ("RowCount", _):
        return .rowCount(minimum: element["min_rows"]?.integer ?? 0, maximum: element["max_rows"]?.integer)
      case ("ColumnExists", let column?): return .columnExists(column)
      case ("NumericSum", let column?):
        return .numericSum(column: column, shouldBeZero: element["should_be_zero"]?.bool ?? true)
      case ("NoNulls", let column?): return .noNulls(column: column)
      default:
        throw failure(
          "a quality rule needs \"rule\" (RowCount, ColumnExists, NumericSum or NoNulls) and, but for RowCount, "
            + "\"column\"; correct \(element.text(indent: 0))"
        )
      }
    }
  }
}
