import Foundation
import Testing

@testable import CPG1

@Suite struct CatalogTests {
  @Test func bundledItemsHaveTheContractOfTheSample() throws {
    let catalog = try Catalog.bundled()
    #expect(Set(catalog.items.map(\.id)).count == catalog.items.count)
    #expect(Set(catalog.items.filter { $0.sql != nil }.map(\.id)) == Set(ReconciliationResults.requiredItems))
    for id in ReconciliationResults.requiredItems {
      #expect(try catalog.item(id).columns == SampleData.columns(id), "\(id)")
    }
    #expect(catalog.items(ofType: "cr").map(\.id) == ["CR_03", "CR_04", "CR_05", "CR_05a"])
    let error = #expect(throws: CPG1Error.self) { _ = try catalog.item("ipe_07") }
    #expect(error?.message.contains("IPE_07") == true)
    #expect(throws: CPG1Error.self) { _ = try catalog.item("IPE_11").bind([:]) }
  }

  @Test func bundledQueriesBindToTheRunsParameters() throws {
    let catalog = try Catalog.bundled()
    let values = try SampleData.parameters().queryValues
    let queries = try SampleData.json("queries.json")
    for id in ReconciliationResults.requiredItems {
      let item = try catalog.item(id)
      let statements = try item.bind(values)
      #expect(statements.count == 1)
      let expected = (queries[id]?["params"]?.array ?? []).reduce(0) { count, parameter in
        guard parameter["list"]?.bool == true else { return count + 1 }
        if case .list(let list)? = values[parameter["name"]?.string ?? ""] { return count + list.count }
        return count
      }
      #expect(statements[0].parameters.count == expected, "\(id)")
      #expect(try item.bindCompleteness(values)[0].parameters == statements[0].parameters)
      #expect(try item.bindPositiveAccuracy(values) == nil)
    }
    #expect(try catalog.item("IPE_REC_ERRORS").bindNegativeAccuracy(values) == nil)
    let witness = try catalog.item("IPE_07").withWitness("\"Customer No_\" = 'X'").bindPositiveAccuracy(values)
    #expect(witness?.first?.sql.hasSuffix("WHERE \"Customer No_\" = 'X'") == true)
  }

  @Test func listAndSingleValueAreNotExchanged() throws {
    var values = try SampleData.parameters().queryValues
    values["gl_accounts"] = .text("18412")
    let item = try Catalog.bundled().item("CR_03")
    let error = #expect(throws: CPG1Error.self) { _ = try item.bind(values) }
    #expect(error?.message.contains("'gl_accounts' of CR_03 takes a list") == true)
    values["gl_accounts"] = .null
    #expect(throws: CPG1Error.self) { _ = try item.bind(values) }
  }

  @Test func qualityOfTheSampleIsAsRecommended() throws {
    let catalog = try Catalog.bundled()
    let expected = try #require(try SampleData.expected().at("quality_checks", "recommended_status")?.members)
    for entry in expected {
      let report = try catalog.item(entry.name).checkQuality(of: SampleData.frame(entry.name))
      #expect(report.status.rawValue == entry.value.string, "\(entry.name)")
    }
  }

  @Test func qualityMessagesAreThoseOfTheOriginal() throws {
    let table = try Frame([
      (FrameColumn("a", .decimal), [.string("0.1"), .string("0.2"), .string("-0.3")]),
      (FrameColumn("b", .string), [.string("x"), .null, .string("y")]),
      (FrameColumn("c", .integer), [.integer(100), .integer(20), .integer(3)]),
    ])
    for entry in try #require(try SampleData.micro().at("temporal", "quality")?.array) {
      guard let cells = entry.array, let name = cells[0].string else { continue }
      let column = cells[1]["column_name"]?.string ?? ""
      let rules: [QualityRule] =
        switch name {
        case "RowCountCheck":
          [.rowCount(minimum: cells[1]["min_rows"]?.integer ?? 0, maximum: cells[1]["max_rows"]?.integer)]
        case "ColumnExistsCheck": [.columnExists(column)]
        case "NumericSumCheck": [.numericSum(column: column, shouldBeZero: cells[1]["should_be_zero"]?.bool ?? true)]
        case "NoNullsCheck": [.noNulls(column: column)]
        default: []
        }
      let report = try QualityReport(checking: table, rules: rules)
      if name == "NumericSumCheck", column == "a" {
        // The exact sum of these three is zero; the original's binary sum was not.
        let zero = cells[1]["should_be_zero"]?.bool == true
        #expect(report.status == (zero ? .pass : .fail))
        #expect(
          report.details == [
            "NumericSumCheck: \(zero ? "PASS" : "FAIL") (sum of 'a' is 0, expected \(zero ? "0" : "non-zero"))"
          ]
        )
      } else {
        #expect(report.status.rawValue == cells[2].string)
        #expect(report.details == [cells[3].string ?? ""])
      }
    }
  }

  static func directory(_ files: [String: String]) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "catalog-" + UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: path + "/" + name)) }
    return path
  }

  static let contract = """
    {"id": "X_1", "type": "IPE", "title": "t", "parameters": [{"name": "n", "type": "integer"}],
     "columns": [{"name": "a", "type": "decimal"}], "quality_rules": [{"rule": "ColumnExists", "column": "a"}]}
    """

  @Test func ownDirectoryReplacesTheCatalog() throws {
    let path = try Self.directory(["X_1.json": Self.contract, "X_1.sql": "SELECT a FROM t WHERE n = {n}", "README": ""])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let catalog = try Catalog(directory: path)
    #expect(catalog.items.map(\.id) == ["X_1"])
    #expect(try catalog.item("X_1").bind(["n": .integer(1)])[0].sql == "SELECT a FROM t WHERE n = ?")
  }

  @Test(arguments: [
    (["X_1.sql": "SELECT 1"], "X_1.sql (item X_1) has no column contract"),
    (["X_1.json": contract], "has no query beside it"),
    (["X_1.json": contract, "X_1.sql": "SELECT a FROM t WHERE n = {m}"], "uses {m}"),
    (["X_1.json": contract, "X_1.sql": "SELECT a FROM t"], "'n' is declared but nothing uses"),
    (["X_1.json": contract, "X_1.sql": " "], "is empty"),
    (["X_1.json": contract, "X_1.sql": "SELECT ' FROM t WHERE n = {n}"], "string literal"),
    (["X_2.json": contract, "X_2.sql": "SELECT {n}"], "X_2.json: its id is 'X_1'"),
    (["X_1.json": "{", "X_1.sql": "SELECT {n}"], "is not JSON"),
    (["X_1.json": contract.replacing("decimal", with: "money"), "X_1.sql": "SELECT {n}"], "\"type\" of string"),
    (["X_1.json": contract.replacing("\"column\": \"a\"", with: "\"column\": \"z\""), "X_1.sql": "SELECT {n}"], "'z'"),
    (["X_1.json": contract.replacing("\"title\": \"t\",", with: ""), "X_1.sql": "SELECT {n}"], "no text \"title\""),
    (["X_1.json": contract, "X_1.sql": "SELECT {n}", "x_1.json": contract], "differ only by case"),
    ([:], "holds no item"),
  ])
  func wrongDirectoriesNameFileItemAndRemedy(_ files: [String: String], _ part: String) throws {
    let path = try Self.directory(files)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: CPG1Error.self) { _ = try Catalog(directory: path) }
    #expect(error?.code == .invalidCatalog)
    #expect(error?.message.contains(part) == true, "\(String(describing: error))")
  }

  @Test func absentDirectoryIsNamed() {
    let error = #expect(throws: CPG1Error.self) { _ = try Catalog(directory: "/does/not/exist") }
    #expect(error?.message.contains("/does/not/exist") == true)
  }
}
