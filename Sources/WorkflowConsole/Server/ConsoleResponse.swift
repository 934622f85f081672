/// An HTTP response of the console.
public struct ConsoleResponse: Hashable, Sendable {
  /// The status code.
  public var status: Int
  /// The media type.
  public var contentType: String
  /// The body.
  public var body: String

  /// Creates a response.
  public init(status: Int = 200, contentType: String, body: String) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  /// A JSON object with text members, in this order.
  public static func json(status: Int = 200, _ members: [(name: String, value: String)]) -> ConsoleResponse {
    let body = members.map { "\(quoted($0.name)):\(quoted($0.value))" }.joined(separator: ",")
    return ConsoleResponse(status: status, contentType: "application/json", body: "{\(body)}")
  }

  /// A text as JSON.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
