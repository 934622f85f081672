/// The columns of a result, in order.
public struct ODBCColumns: RandomAccessCollection, Sendable {
  private let columns: [ODBCColumn]
  private let positions: [String: Int]
  private let foldedPositions: [String: Int]

  init(_ columns: [ODBCColumn]) {
    self.columns = columns
    let pairs = columns.enumerated().map { ($0.element.name, $0.offset) }
    self.positions = Dictionary(pairs) { first, _ in first }
    self.foldedPositions = Dictionary(pairs.map { ($0.0.lowercased(), $0.1) }) { first, _ in first }
  }

  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of columns.
  public var endIndex: Int { self.columns.count }
  /// The column at a position, from 0.
  public subscript(position: Int) -> ODBCColumn { self.columns[position] }

  /// The position of a column; `nil` if there is none.
  public func position(of key: ODBCColumnKey) -> Int? {
    switch key {
    case .index(let index): self.columns.indices.contains(index) ? index : nil
    case .name(let name): self.positions[name] ?? self.foldedPositions[name.lowercased()]
    }
  }

  /// The position of a column.
  ///
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/invalidArgument`` that lists the columns there are.
  public func requirePosition(of key: ODBCColumnKey) throws -> Int {
    if let position = self.position(of: key) { return position }
    let wanted = switch key {
    case .index(let index): "at position \(index)"
    case .name(let name): "named '\(name)'"
    }
    throw ODBCError(
      code: .invalidArgument,
      operation: "column",
      message: "There is no column \(wanted). The columns are: \(self.columns.map(\.name).joined(separator: ", "))."
    )
  }
}
