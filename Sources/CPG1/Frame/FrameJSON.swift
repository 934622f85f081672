/// The exchange form of frames: `{"columns", "data", "dtypes", "index"}` with one object per row.
///
/// Written: missing cells are null, decimals are text with the dtype `decimal`, timestamps are ISO text, frames
/// without rows keep their columns. Read: that form, and the original one, in which decimals are floating-point
/// numbers, missing ones `NaN`, and missing timestamps `"NaT"`.
public enum FrameJSON {
  /// The dtype that stands for a column type.
  static func dtype(of type: FrameColumnType) -> String {
    switch type {
    case .string: "object"
    case .integer: "int64"
    case .decimal: "decimal"
    case .date: "date"
    case .timestamp: "datetime64[ns]"
    case .bool: "bool"
    }
  }

  /// A frame in the exchange form.
  public static func json(_ frame: Frame) -> OrderedJSON {
    let rows = (0..<frame.rowCount).map { row in
      OrderedJSON.object(
        frame.columns.indices.map { column in
          .init(frame.columns[column].name, cell(frame.value(row: row, column: column)))
        }
      )
    }
    return .object([
      .init("columns", .strings(frame.columns.map(\.name))),
      .init("data", .array(rows)),
      .init("dtypes", .object(frame.columns.map { .init($0.name, .string(dtype(of: $0.type))) })),
      .init("index", .integers(0..<frame.rowCount)),
    ])
  }

  private static func cell(_ value: FrameValue) -> OrderedJSON {
    switch value {
    case .null: .null
    case .integer(let number): .number(String(number))
    case .bool(let flag): .bool(flag)
    case .timestamp(let moment): .string(moment.text(separator: "T"))
    default: .optional(value.text)
    }
  }

  /// Reads a frame in either form. Throws ``CPG1Error/Code/invalidData`` naming what is missing or wrong.
  public static func frame(_ json: OrderedJSON) throws -> Frame {
    guard json.members != nil else {
      throw CPG1Error(.invalidData, "a frame is a JSON object with columns, data and dtypes")
    }
    let rows = json["data"]?.array ?? []
    let names = (json["columns"]?.array ?? []).compactMap(\.string)
    guard rows.isEmpty || !names.isEmpty else {
      throw CPG1Error(.invalidData, "the frame has rows but no \"columns\"; list the column names")
    }
    let columns = try names.map { name in
      FrameColumn(name, try type(of: json["dtypes"]?[name]?.string ?? "object", column: name))
    }
    var builder = FrameBuilder(columns: columns, expectedRows: rows.count)
    for row in rows {
      guard let members = row.members else {
        throw CPG1Error(
          .invalidData,
          "row \(builder.rowCount) of the frame is not an object; write one member per column"
        )
      }
      let cells = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      try builder.append(columns.map { try value(cells[$0.name] ?? .null, column: $0) })
    }
    return builder.finish()
  }

  private static func type(of dtype: String, column: String) throws -> FrameColumnType {
    switch dtype {
    case "object", "string", "str": return .string
    case "decimal", "float64", "float32": return .decimal
    case "date": return .date
    case "bool", "boolean": return .bool
    case "int64", "int32", "int16", "int8", "Int64", "uint8", "uint16", "uint32", "uint64": return .integer
    default:
      if dtype.hasPrefix("datetime64") { return .timestamp }
      throw CPG1Error(
        .invalidData,
        "the column '\(column)' has the dtype '\(dtype)'; "
          + "use object, int64, decimal, float64, date, datetime64[ns] or bool"
      )
    }
  }

  private static func value(_ json: OrderedJSON, column: FrameColumn) throws -> FrameValue {
    switch json {
    case .null: return .null
    case .bool(let flag): return column.type == .string ? .string(flag ? "True" : "False") : .bool(flag)
    case .string(let text):
      if text == "NaT", column.type == .timestamp || column.type == .date { return .null }
      return .string(text)
    case .number(let text): return .string(text)
    case .array, .object:
      throw CPG1Error(.invalidData, "a cell of the column '\(column.name)' is a list or an object; write a plain value")
    }
  }
}

extension Frame: Codable {
  /// Encodes the exchange form as one JSON text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(FrameJSON.json(self).text(indent: 0))
  }

  public init(from decoder: any Decoder) throws {
    self = try FrameJSON.frame(OrderedJSON(parsing: try decoder.singleValueContainer().decode(String.self)))
  }
}
