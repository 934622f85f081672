internal import DurableWorkflows
internal import FoundationEssentials
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.Payload {
  init(_ payload: Payload) {
    self.init()
    metadata = payload.metadata.mapValues { Data($0) }
    data = Data(payload.data)
  }

  var value: Payload {
    Payload(metadata: metadata.mapValues { Array($0) }, data: Array(data))
  }

  /// A JSON string, the encoding of texts for people.
  init(text: String) throws {
    self.init()
    metadata = [Payload.encodingKey: Data(Payload.jsonPlain.utf8)]
    data = try JSONEncoder().encode(text)
  }

  /// The text of a JSON string, or `nil` for anything else.
  var text: String? {
    guard metadata[Payload.encodingKey].map({ String(decoding: $0, as: UTF8.self) }) == Payload.jsonPlain else {
      return nil
    }
    return try? JSONDecoder().decode(String.self, from: data)
  }

  /// Data and metadata in bytes.
  var byteCount: Int {
    metadata.reduce(data.count) { $0 + $1.key.utf8.count + $1.value.count }
  }
}

extension Wire.Payloads {
  init(_ values: [Payload]) {
    self.init()
    payloads = values.map(Wire.Payload.init)
  }

  var values: [Payload] { payloads.map(\.value) }

  /// Data and metadata of all values in bytes.
  var byteCount: Int { payloads.reduce(0) { $0 + $1.byteCount } }
}

extension Wire.Memo {
  init(_ values: [String: Payload]) {
    self.init()
    fields = values.mapValues(Wire.Payload.init)
  }

  var values: [String: Payload] { fields.mapValues(\.value) }
}

extension Wire.SearchAttributes {
  init(_ values: [String: Payload]) {
    self.init()
    indexedFields = values.mapValues(Wire.Payload.init)
  }

  var values: [String: Payload] { indexedFields.mapValues(\.value) }
}

extension Wire.Header {
  init(_ values: [String: Payload]) {
    self.init()
    fields = values.mapValues(Wire.Payload.init)
  }

  var values: [String: Payload] { fields.mapValues(\.value) }
}

extension Dictionary where Key == String, Value == Wire.Payload {
  /// Names, data and metadata in bytes.
  var byteCount: Int { reduce(0) { $0 + $1.key.utf8.count + $1.value.byteCount } }
}
