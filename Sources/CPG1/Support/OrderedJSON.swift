/// A JSON value whose objects keep the order of their members and whose numbers keep their exact text.
///
/// Evidence files need a fixed order, and money must not pass through binary floating point.
public enum OrderedJSON: Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number by its text.
  case number(String)
  /// A string.
  case string(String)
  /// An array.
  case array([OrderedJSON])
  /// An object: its members in order.
  case object([Member])

  /// A member of an object.
  public struct Member: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The value.
    public let value: OrderedJSON

    /// Creates a member.
    public init(_ name: String, _ value: OrderedJSON) {
      self.name = name
      self.value = value
    }
  }

  /// A whole number.
  public static func integer(_ value: Int) -> OrderedJSON { .number(String(value)) }
  /// Text or null.
  public static func optional(_ text: String?) -> OrderedJSON { text.map { .string($0) } ?? .null }
  /// A decimal number as text, the form in which results carry money.
  public static func decimal(_ value: ExactDecimal) -> OrderedJSON { .string(value.description) }
  /// An array of texts.
  public static func strings(_ texts: some Sequence<String>) -> OrderedJSON { .array(texts.map { .string($0) }) }
  /// An array of whole numbers.
  public static func integers(_ values: some Sequence<Int>) -> OrderedJSON { .array(values.map { .integer($0) }) }
  /// An object with its members sorted by name.
  public static func sorted(_ members: [String: OrderedJSON]) -> OrderedJSON {
    .object(members.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
  }

  /// The member of that name, nil when this is not an object or has none.
  public subscript(name: String) -> OrderedJSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The text of a string.
  public var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The elements of an array.
  public var array: [OrderedJSON]? {
    if case .array(let elements) = self { return elements }
    return nil
  }

  /// The members of an object.
  public var members: [Member]? {
    if case .object(let members) = self { return members }
    return nil
  }

  /// The whole number, when it is one.
  public var integer: Int? {
    if case .number(let text) = self { return Int(text) }
    return nil
  }

  /// The truth value, when it is one.
  public var bool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }
}

extension OrderedJSON: Hashable {
  /// Objects are equal when they have the same members, in whatever order; numbers when they are the same number.
  public static func == (left: OrderedJSON, right: OrderedJSON) -> Bool {
    switch (left, right) {
    case (.null, .null): return true
    case (.bool(let one), .bool(let other)): return one == other
    case (.string(let one), .string(let other)): return one == other
    case (.array(let one), .array(let other)): return one == other
    case (.number(let one), .number(let other)):
      if one == other { return true }
      guard let one = ExactDecimal(one), let other = ExactDecimal(other) else { return false }
      return one == other
    case (.object(let one), .object(let other)):
      guard one.count == other.count else { return false }
      let names = Dictionary(other.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      return one.allSatisfy { names[$0.name] == $0.value }
    default: return false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .number: hasher.combine(1)
    case .string(let text): hasher.combine(text)
    case .array(let elements): hasher.combine(elements)
    case .object(let members): hasher.combine(members.count)
    }
  }
}
