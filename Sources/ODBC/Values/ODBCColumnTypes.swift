/// The types a caller wants columns in, where they differ from what the driver reports.
///
/// Write `[.integer, .text, .decimal]` for the first columns by position, or `["amount": .decimal, 3: .date]`.
/// SQLite needs this most: expressions have no type there, so they come as text.
public struct ODBCColumnTypes: Sendable, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  private(set) var requests: [(key: ODBCColumnKey, type: ODBCColumnType)]

  /// No wishes: all columns come in the types the driver reports.
  public static let asReported = ODBCColumnTypes(requests: [])

  private init(requests: [(key: ODBCColumnKey, type: ODBCColumnType)]) { self.requests = requests }

  /// Types of the first columns, by position.
  public init(_ types: [ODBCColumnType]) {
    self.requests = types.enumerated().map { (.index($0.offset), $0.element) }
  }

  /// Types by name.
  public init(_ types: [String: ODBCColumnType]) {
    self.requests = types.sorted { $0.key < $1.key }.map { (.name($0.key), $0.value) }
  }

  /// Types of the first columns, by position.
  public init(arrayLiteral elements: ODBCColumnType...) { self.init(elements) }

  /// Types by name or position; the last wish for a column counts.
  public init(dictionaryLiteral elements: (ODBCColumnKey, ODBCColumnType)...) {
    self.requests = elements.map { ($0.0, $0.1) }
  }
}
