import Testing

@testable import CPG1

@Suite struct KeyTableTests {
  /// A text, its number among the texts before, and what it is the same as.
  @Test func textsHaveOneNumberWhateverTheirNormalisation() {
    var table = KeyTable()
    let texts = ["A1", "caf\u{E9}", "A1", "cafe\u{301}", "", "\u{212A}", "K", "k;", "k\u{37E}", "B", "a1"]
    let codes = texts.map { table.code($0) }
    #expect(codes == [0, 1, 0, 1, 2, 3, 3, 4, 4, 5, 6])
    #expect(texts.map { table.existingCode($0) } == [0, 1, 0, 1, 2, 3, 3, 4, 4, 5, 6])
    #expect((0..<7).map { table.name($0) } == ["A1", "caf\u{E9}", "", "\u{212A}", "k;", "B", "a1"])
    #expect(table.existingCode("C") == nil)
    #expect(table.existingCode("\u{1F6D2}") == nil)
    #expect(table.existingCode("`") == nil)
  }

  @Test func manyTextsAreFoundAgain() {
    var table = KeyTable()
    let codes = (0..<200_000).map { table.code("V\($0)") }
    #expect(codes == Array(0..<200_000))
    for number in stride(from: 0, to: 200_000, by: 997) { #expect(table.existingCode("V\(number)") == Int32(number)) }
  }

  /// Identifiers that need no more than upper case, and others.
  @Test(arguments: [
    "", " ", "\t\n ", "123", " 123.0 ", "123.00", "123.5", "a.0", "Vc12 a", "vc934393b", "ke-47758", "NOPE-2241",
    "A\u{0}", "\u{B}x\u{C}", "\u{1C}x", "\u{7F}", "a\u{A0}", "stra\u{DF}e",
    "@[`{az}AZ09", "123456789012345", "1234567890123456",
    "abcdefghijklmno",
  ])
  func plainIdentifiersAreThoseOfTheGeneralRule(_ text: String) {
    var bytes = text
    guard let plain = bytes.withUTF8({ TextRules.plainIdentifier($0.span) }) else { return }
    #expect(plain.string == TextRules.identifier(text))
    #expect(plain.count == text.utf8.count)
  }

  @Test(arguments: ["123", "vc934393b", "ke-47758", "Vc12 a", "123456789012345"])
  func commonIdentifiersArePlain(_ text: String) {
    var text = text
    #expect(text.withUTF8 { TextRules.plainIdentifier($0.span) } != nil)
  }

  @Test func shortTextsDifferInEveryByteAndInLength() {
    var seen: [ShortText] = []
    for text in ["", "\u{0}", "\u{0}\u{0}", "a", "b", "aaaaaaaa", "aaaaaaaab", "baaaaaaaa", "aaaaaaaaaaaaaaa"] {
      var bytes = text
      guard let short = bytes.withUTF8({ ShortText($0.span) }) else {
        Issue.record("'\(text)' is short")
        continue
      }
      #expect(!seen.contains(short))
      #expect(short.string == text)
      seen.append(short)
    }
  }

  @Test func valuesByCompanyAndIdentifier() {
    var map = CompanyMap<String>()
    #expect(map.position(company: 0, id: 5) == nil)
    let keys: [(company: Int32, id: Int32)] = [(0, 5), (-1, 5), (2, 9), (0, 5)]
    let added = zip("abcd", keys).map { map.insert(String($0), company: $1.company, id: $1.id) }
    #expect(added == [true, true, true, false])
    #expect(map.position(company: 0, id: 5).map { map[$0] } == "a")
    #expect(map.position(company: -1, id: 5).map { map[$0] } == "b")
    #expect(map.position(company: 2, id: 9).map { map[$0] } == "c")
    #expect(map.position(company: 2, id: 5) == nil)
    #expect(map.position(company: 0, id: -1) == nil)
    #expect(map.position(company: 0, id: 100) == nil)
  }
}
