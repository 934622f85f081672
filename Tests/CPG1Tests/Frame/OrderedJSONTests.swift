import Testing

@testable import CPG1

@Suite struct OrderedJSONTests {
  @Test func keepsOrderAndExactNumbers() throws {
    let text = "{\n  \"b\": 1.10,\n  \"a\": [\n    null,\n    \"é\\n\\u0001\"\n  ],\n  \"e\": []\n}"
    #expect(try OrderedJSON(parsing: text).text() == text)
  }

  @Test func objectsAreEqualInWhateverOrder() throws {
    #expect(try OrderedJSON(parsing: "{\"a\":1,\"b\":2}") == OrderedJSON(parsing: "{\"b\":2.0,\"a\":1}"))
    #expect(try OrderedJSON(parsing: "{\"a\":1}") != OrderedJSON(parsing: "{\"a\":\"1\"}"))
  }

  @Test func surrogatePairs() throws {
    #expect(try OrderedJSON(parsing: "\"\\ud83d\\uded2\"") == .string("\u{1F6D2}"))
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\" 1}", "nul", "1 2", "\"\\x\"", "\"\\ud83d\"", "\"a", "[1 2]", "{1:2}", "-", "\"\u{1}\"",
  ])
  func otherTextsAreRefused(_ text: String) {
    #expect(throws: CPG1Error.self) { _ = try OrderedJSON(parsing: text) }
  }

  @Test func depthIsBounded() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: CPG1Error.self) { _ = try OrderedJSON(parsing: text) }
  }
}
