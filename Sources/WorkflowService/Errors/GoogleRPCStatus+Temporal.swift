package import GRPCCore
package import GRPCProtobuf
package import SwiftProtobuf

extension GoogleRPCStatus {
  /// A status with one packed detail of `temporal.api.errordetails.v1`.
  ///
  /// Clients tell failures apart by the detail's type, not by the text, so the detail's absence changes what
  /// they throw: specs of the codes are those of Temporal's server.
  package init(temporal code: RPCError.Code, _ message: String, detail: any Message) throws {
    self.init(code: code, message: message, details: [.any(try Google_Protobuf_Any(message: detail))])
  }

  /// The first detail, unpacked, if it is of the given type.
  package func detail<Detail: Message>(_ type: Detail.Type = Detail.self) throws -> Detail? {
    for case let any? in details.map(\.any) where any.isA(type) {
      return try Detail(unpackingAny: any)
    }
    return nil
  }
}
