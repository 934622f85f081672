/// Names a column: by position, from 0, or by name.
///
/// A name matches exactly, or else regardless of the case of ASCII letters; the first such column counts.
public enum ODBCColumnKey: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// The position in the result, from 0.
  case index(Int)
  /// The name or alias in the query.
  case name(String)

  /// A column by name.
  public init(stringLiteral value: String) { self = .name(value) }
  /// A column by position, from 0.
  public init(integerLiteral value: Int) { self = .index(value) }
}
