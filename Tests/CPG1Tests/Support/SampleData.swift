import Foundation

@testable import CPG1

/// The sample data set: beside the repository, or where `CPG1_DATA_DIR` points.
enum SampleData {
  static let directory: URL = {
    if let path = ProcessInfo.processInfo.environment["CPG1_DATA_DIR"] { return URL(filePath: path) }
    var root = URL(filePath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    for candidate in ["../shared/cpg1-data", "../../shared/cpg1-data"] {
      let url = root.appending(path: candidate).standardizedFileURL
      if FileManager.default.fileExists(atPath: url.appending(path: "expected.json").path) { return url }
    }
    return root.appending(path: "../shared/cpg1-data")
  }()

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: directory.appending(path: name)))
  }

  static func json(_ name: String) throws -> OrderedJSON { try OrderedJSON(parsing: bytes(name)) }

  static func expected() throws -> OrderedJSON { try json("expected.json") }
  static func micro() throws -> OrderedJSON { try json("micro.json") }

  static func columns(_ table: String) throws -> [FrameColumn] {
    let columns = try json("manifest.json")["tables"]?[table]?["columns"]?.array ?? []
    return columns.compactMap { column in
      guard let name = column["name"]?.string, let type = column["type"]?.string.flatMap(FrameColumnType.init(name:))
      else { return nil }
      return FrameColumn(name, type)
    }
  }

  static func frame(_ table: String) throws -> Frame {
    try CSVReader(dialect: .sox).read(bytes(table + ".csv"), columns: columns(table))
  }

  static func tables() throws -> [String: Frame] {
    var tables: [String: Frame] = [:]
    for id in ReconciliationResults.requiredItems { tables[id] = try frame(id) }
    return tables
  }

  static func jdash() throws -> JdashFile { try JdashFile(bytes: bytes("JDASH.csv")) }

  static func parameters() throws -> RunParameters {
    let json = try json("params.json")
    func texts(_ name: String) -> [String]? { json[name]?.array?.compactMap(\.string) }
    return try RunParameters(
      cutoffDate: json["cutoff_date"]?.string ?? "",
      yearStart: json["year_start"]?.string,
      yearEnd: json["year_end"]?.string,
      glAccounts: texts("gl_accounts"),
      companies: texts("id_companies_active")
    )
  }
}

extension OrderedJSON {
  /// A path of member names.
  func at(_ path: String...) -> OrderedJSON? {
    var value: OrderedJSON? = self
    for name in path { value = value?[name] }
    return value
  }

  /// Where two values differ, for readable failures.
  static func difference(_ left: OrderedJSON?, _ right: OrderedJSON?, path: String = "") -> String? {
    guard left != right else { return nil }
    if case .object(let one)? = left, case .object(let other)? = right {
      for name in Set(one.map(\.name)).union(other.map(\.name)).sorted() {
        if let found = difference(left?[name], right?[name], path: path + "/" + name) { return found }
      }
    }
    if let one = left?.array, let other = right?.array, one.count == other.count {
      for index in one.indices {
        if let found = difference(one[index], other[index], path: "\(path)[\(index)]") { return found }
      }
    }
    let texts = [left, right].map { String(($0?.text(indent: 0) ?? "(absent)").prefix(300)) }
    return "\(path): \(texts[0]) is not \(texts[1])"
  }
}
