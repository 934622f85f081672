/// Reads CSV into frames.
public struct CSVReader: Sendable {
  /// How missing values are written.
  public let dialect: CSVDialect

  /// A reader of a dialect.
  public init(dialect: CSVDialect) { self.dialect = dialect }

  /// Reads a file whose header must be exactly these columns, in this order.
  ///
  /// Throws ``CPG1Error/Code/invalidData`` with the line when the header differs, a record has the wrong number of
  /// fields or a cell is not of its column's type.
  public func read(_ bytes: [UInt8], columns: [FrameColumn]) throws -> Frame {
    var tokenizer = CSVTokenizer(bytes)
    let header = try Self.readHeader(&tokenizer)
    let expected = columns.map(\.name)
    guard header == expected else {
      let missing = expected.filter { !header.contains($0) }
      let extra = header.filter { !expected.contains($0) }
      throw CPG1Error(
        .invalidData,
        "the header does not match the column contract (missing: \(missing), not expected: \(extra)); "
          + "give the columns in the order of the contract"
      )
    }
    return try readRows(&tokenizer, columns: columns)
  }

  /// Reads a file whose columns are not known: all of them as text, named by the header.
  public func read(_ bytes: [UInt8]) throws -> Frame {
    var tokenizer = CSVTokenizer(bytes)
    let header = try Self.readHeader(&tokenizer)
    return try readRows(&tokenizer, columns: header.map { FrameColumn($0, .string) })
  }

  private static func readHeader(_ tokenizer: inout CSVTokenizer) throws -> [String] {
    var names: [String] = []
    guard !tokenizer.isAtEnd else { return names }
    var last = false
    while !last {
      last = try tokenizer.next { field, _ in names.append(Self.string(field)) }
    }
    return names
  }

  private func readRows(_ tokenizer: inout CSVTokenizer, columns: [FrameColumn]) throws -> Frame {
    var builder = FrameBuilder(columns: columns)
    while !tokenizer.isAtEnd {
      let line = tokenizer.lineNumber
      var column = 0
      var last = false
      do {
        while !last {
          last = try tokenizer.next { field, quoted in
            guard column < columns.count else {
              throw CPG1Error(.invalidData, "more fields than the \(columns.count) columns of the header")
            }
            if isMissing(field, quoted: quoted) {
              builder.appendNull(column: column)
            } else {
              try builder.append(text: field, column: column)
            }
            column += 1
          }
        }
        guard column == columns.count else {
          throw CPG1Error(.invalidData, "\(column) fields, the header has \(columns.count)")
        }
      } catch let error as CPG1Error {
        throw CPG1Error(error.code, "line \(line): \(error.message)", cause: error.cause)
      }
      builder.endRow()
    }
    return builder.finish()
  }

  private func isMissing(_ field: Span<UInt8>, quoted: Bool) -> Bool {
    switch dialect {
    case .sox: !quoted && field.count == 2 && field[0] == UInt8(ascii: "\\") && field[1] == UInt8(ascii: "N")
    case .plain: field.count == 0
    }
  }

  private static func string(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }
}
