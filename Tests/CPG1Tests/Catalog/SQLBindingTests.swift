import Testing

@testable import CPG1

@Suite struct SQLBindingTests {
  static func bind(
    _ sql: String,
    _ values: [String: ParameterValue],
    types: [String: ParameterType] = [:]
  ) throws -> BoundStatement {
    let statements = try SQLBinding.bind(sql, values: values, types: types)
    #expect(statements.count == 1)
    return try #require(statements.first)
  }

  static let day = CivilDate(dayNumber: 20_361)

  @Test func placeholdersBecomeQuestionMarks() throws {
    let bound = try Self.bind(
      "SELECT * FROM t WHERE d < '{day}' AND e >= {day} AND n = {n}",
      ["day": .date(Self.day), "n": .integer(9)]
    )
    #expect(bound.sql == "SELECT * FROM t WHERE d < ? AND e >= ? AND n = ?")
    #expect(
      bound.parameters == [
        SQLParameter(name: "day", value: .date(Self.day)), SQLParameter(name: "day", value: .date(Self.day)),
        SQLParameter(name: "n", value: .integer(9)),
      ]
    )
  }

  @Test func listsBecomeOneMarkPerElement() throws {
    let list: [String: ParameterValue] = ["gl": .list([.text("a"), .text("b'; DROP TABLE t; --")])]
    #expect(try Self.bind("x IN ({gl})", list).sql == "x IN (?, ?)")
    #expect(try Self.bind("x IN {gl}", list).sql == "x IN (?, ?)")
    #expect(try Self.bind("x IN ( '{gl}' )", list).sql == "x IN ( ? , ? )".replacing(" ,", with: ","))
    #expect(try Self.bind("x IN {gl}", ["gl": .list([.text("a")])]).sql == "x IN (?)")
    #expect(try Self.bind("x IN ({gl})", list).parameters.map(\.text) == ["a", "b'; DROP TABLE t; --"])
  }

  @Test func literalsNamesAndCommentsAreLeftAlone() throws {
    let sql = """
      SELECT [Opco/Central_?], "Is_Active?{n}", '{n} {n}', 'it''s {n}' -- {n}?
      /* {n} /* nested ? */ {n} */ FROM t WHERE a = {n} AND {fn x} = {d '2025-01-01'}
      """
    let bound = try Self.bind(sql, ["n": .integer(1)])
    #expect(bound.sql == sql.replacing("a = {n}", with: "a = ?"))
    #expect(bound.parameters.count == 1)
  }

  @Test(arguments: [
    ("x = {missing}", "'missing'"), ("x = {none}", "null"), ("x IN ({empty})", "empty"), ("x IN ({mixed})", "mixes"),
    ("x = {nested}", "flat"), ("x = ?", "'?'"), ("x = 'a", "string literal"), ("x = \"a", "quoted identifier"),
    ("x = [a", "bracketed"), ("x /* a", "comment"), ("x = {day}", "2025-02-30"), ("x = {word}", "integer"),
  ])
  func badInputIsRefused(_ sql: String, _ part: String) {
    let values: [String: ParameterValue] = [
      "none": .null, "empty": .list([]), "mixed": .list([.text("a"), .integer(1)]),
      "nested": .list([.list([.text("a")])]),
      "day": .text("2025-02-30"), "word": .text("5"),
    ]
    let error = #expect(throws: CPG1Error.self) {
      _ = try SQLBinding.bind(sql, values: values, types: ["day": .date, "word": .integer])
    }
    #expect(error?.code == .invalidBinding)
    #expect(error?.message.contains(part) == true, "\(String(describing: error))")
  }

  @Test func longListsAreDividedOverStatements() throws {
    let names = (0..<4_500).map { ParameterValue.text("v\($0)") }
    let statements = try SQLBinding.bind(
      "a = {day} AND x IN ({ids})",
      values: ["ids": .list(names + names.prefix(3)), "day": .date(Self.day)]
    )
    #expect(statements.map(\.parameters.count) == [2_000, 2_000, 503])
    let ids = statements.flatMap { $0.parameters.dropFirst() }.map(\.text)
    #expect(ids == (0..<4_500).map { "v\($0)" })
    #expect(statements.allSatisfy { $0.parameters.first?.value == .date(Self.day) })
    let exact = try SQLBinding.bind("x IN ({ids})", values: ["ids": .list(Array(names.prefix(2_000)))])
    #expect(exact.count == 1)
    for sql in ["x NOT IN ({ids})", "x IN ({ids}) OR y IN ({ids})", "x = ({ids})"] {
      #expect(throws: CPG1Error.self) { _ = try SQLBinding.bind(sql, values: ["ids": .list(names)]) }
    }
  }

  @Test func countingDropsOnlyTheLastOrder() throws {
    let sql = "SELECT a, (SELECT x FROM y ORDER BY z) FROM t WHERE b = ' ORDER BY ' order\n by a, b; -- ORDER BY c\n"
    #expect(
      try CountingQuery.withoutOrder(sql) == "SELECT a, (SELECT x FROM y ORDER BY z) FROM t WHERE b = ' ORDER BY '"
    )
    #expect(try CountingQuery.withoutOrder("SELECT reorder by_x FROM t") == "SELECT reorder by_x FROM t")
    #expect(
      try CountingQuery.over("SELECT 1 ORDER BY 1", where: "a = {n}")
        == "SELECT COUNT(*) FROM (\nSELECT 1\n) AS counted_rows\nWHERE a = {n}"
    )
  }
}
