internal import DurableWorkflows

/// Makes every payload long enough to be kept in a file.
struct Padding: PayloadCodec {
  private static let encoding = "binary/padded"
  private static let length = 2000

  func encode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    Payload(encoding: Padding.encoding, data: payload.data + [UInt8](repeating: 0, count: Padding.length))
  }

  func decode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    guard payload.encoding == Padding.encoding else { return payload }
    return Payload(encoding: Payload.jsonPlain, data: payload.data.dropLast(Padding.length))
  }

  /// Options with which every payload of JSON is in a file.
  static func configure(_ options: inout WorkflowEngineOptions) {
    options.payloadConverter = DataConverter(codecs: [Padding()])
    options.blobThreshold = 1024
  }
}
