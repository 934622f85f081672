internal import FoundationEssentials

/// The items that a run can query, by unique id.
public struct Catalog: Sendable {
  /// All items, sorted by id.
  public let items: [CatalogItem]
  private let byID: [String: CatalogItem]

  /// Creates a catalog. Throws ``CPG1Error/Code/invalidCatalog`` when two items have one id.
  public init(items: [CatalogItem]) throws {
    var byID: [String: CatalogItem] = [:]
    for item in items {
      guard byID.updateValue(item, forKey: item.id) == nil else {
        throw CPG1Error(.invalidCatalog, "the catalog has the id \(item.id) twice; rename or remove one")
      }
    }
    self.items = items.sorted { codePointOrder($0.id, $1.id) }
    self.byID = byID
  }

  /// The catalog that ships with the library: the nine items of the reference schema with their queries, and the
  /// descriptions of the others without one.
  public static func bundled() throws -> Catalog {
    try Catalog(
      items: BundledCatalog.files.map { name, contract, sql in
        try CatalogItem(
          contract: try OrderedJSON(parsing: contract),
          sql: sql.map { String(decoding: $0, as: UTF8.self) },
          name: name
        )
      }
    )
  }

  /// Reads a directory that replaces the bundled catalog: for each item `<id>.json` and `<id>.sql`.
  ///
  /// Throws ``CPG1Error/Code/invalidCatalog`` naming file, item and remedy when anything is missing or inconsistent.
  public init(directory: String) throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    } catch {
      throw CPG1Error(
        .invalidCatalog,
        "the catalog directory '\(directory)' cannot be read; check the path and its permissions",
        cause: error
      )
    }
    let contracts = names.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    let queries = Set(names.filter { $0.hasSuffix(".sql") }.map { String($0.dropLast(4)) })
    if let orphan = queries.subtracting(contracts).sorted().first {
      throw CPG1Error(
        .invalidCatalog,
        "\(directory)/\(orphan).sql (item \(orphan)) has no column contract; add \(orphan).json with id, type, title, "
          + "parameters and columns"
      )
    }
    guard !contracts.isEmpty else {
      throw CPG1Error(
        .invalidCatalog,
        "the catalog directory '\(directory)' holds no item; add <id>.json and <id>.sql files"
      )
    }
    var folded: [String: String] = [:]
    for name in contracts {
      if let other = folded.updateValue(name, forKey: name.uppercased()) {
        throw CPG1Error(
          .invalidCatalog,
          "\(directory) has the items \(other) and \(name), which differ only by case; rename one"
        )
      }
    }
    try self.init(items: contracts.map { try Self.item($0, in: directory, hasQuery: queries.contains($0)) })
  }

  private static func item(_ name: String, in directory: String, hasQuery: Bool) throws -> CatalogItem {
    func read(_ file: String) throws -> [UInt8] {
      do {
        return [UInt8](try Data(contentsOf: URL(filePath: directory + "/" + file)))
      } catch {
        throw CPG1Error(.invalidCatalog, "\(directory)/\(file) cannot be read; check its permissions", cause: error)
      }
    }
    let contract: OrderedJSON
    do {
      contract = try OrderedJSON(parsing: read(name + ".json"))
    } catch let error as CPG1Error where error.code == .invalidData {
      throw CPG1Error(
        .invalidCatalog,
        "\(directory)/\(name).json (item \(name)) is not JSON: \(error.message); correct the file"
      )
    }
    var sql: String?
    if hasQuery {
      guard let text = String(validating: try read(name + ".sql"), as: UTF8.self) else {
        throw CPG1Error(.invalidCatalog, "\(directory)/\(name).sql (item \(name)) is not UTF-8; convert the file")
      }
      sql = text
    }
    return try CatalogItem(contract: contract, sql: sql, name: name)
  }

  /// The item of exactly this id. Throws ``CPG1Error/Code/invalidCatalog`` listing the known ids.
  public func item(_ id: String) throws -> CatalogItem {
    guard let item = byID[id] else {
      throw CPG1Error(
        .invalidCatalog,
        "the catalog has no item '\(id)' (known: \(items.map(\.id).joined(separator: ", "))); correct the id"
      )
    }
    return item
  }

  /// The items of a type, whatever its case; all items for nil.
  public func items(ofType type: String? = nil) -> [CatalogItem] {
    guard let type else { return items }
    return items.filter { $0.type.uppercased() == type.uppercased() }
  }
}
