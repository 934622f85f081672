internal import FoundationEssentials

/// Turns Swift values into payloads and back. It runs inside workflows, so it must be deterministic:
/// the same value gives the same bytes, and it does no I/O.
public protocol PayloadConverter: Sendable {
  /// Encodes a value.
  /// - Throws: ``PayloadConversionError`` if the value cannot be encoded.
  func payload(for value: some Encodable) throws -> Payload

  /// Decodes a payload.
  /// - Throws: ``PayloadConversionError`` if the payload's encoding is unknown or its data does not fit the type.
  func value<Value: Decodable>(of payload: Payload, as type: Value.Type) throws -> Value

  /// The same converter for values that belong to a run: codecs may need to know it. Default: this one.
  ///
  /// - Parameters:
  ///   - context: what the values belong to.
  ///   - onCodecError: told of every ``PayloadCodecError``, whatever becomes of it in the code that converts.
  func bound(
    to context: PayloadContext, onCodecError: (@Sendable (PayloadCodecError) -> Void)?
  ) -> any PayloadConverter

  /// A payload that was made elsewhere, as it is recorded: one of a memo, for example. Default: as it is.
  /// - Throws: ``PayloadCodecError``.
  func encode(_ payload: Payload) throws -> Payload

  /// A recorded payload as code sees it. Default: as it is.
  /// - Throws: ``PayloadCodecError``.
  func decode(_ payload: Payload) throws -> Payload

  /// The failure as it is recorded. Default: as it is.
  /// - Throws: ``PayloadCodecError``.
  func encoded(_ failure: Failure) throws -> Failure

  /// The failure as code sees it. Default: as it is.
  /// - Throws: ``PayloadCodecError``.
  func decoded(_ failure: Failure) throws -> Failure
}

extension PayloadConverter {
  /// This converter.
  public func bound(
    to context: PayloadContext, onCodecError: (@Sendable (PayloadCodecError) -> Void)?
  ) -> any PayloadConverter { self }

  /// The payload as it is.
  public func encode(_ payload: Payload) throws -> Payload { payload }

  /// The payload as it is.
  public func decode(_ payload: Payload) throws -> Payload { payload }

  /// The failure as it is.
  public func encoded(_ failure: Failure) throws -> Failure { failure }

  /// The failure as it is.
  public func decoded(_ failure: Failure) throws -> Failure { failure }

  /// The same converter for values of a run with this id.
  func bound(to workflowID: String, in namespace: String) -> any PayloadConverter {
    bound(to: PayloadContext(namespace: namespace, workflowID: workflowID), onCodecError: nil)
  }
}

/// A payload could not be encoded or decoded.
public struct PayloadConversionError: Error, CustomStringConvertible {
  /// What was converted, for example `argument 1 of signal 'approve'` or a type's name.
  public var subject: String
  /// What went wrong, with the coding path where there is one.
  public var reason: String

  /// Creates the error.
  public init(subject: String, reason: String) {
    self.subject = subject
    self.reason = reason
  }

  /// One sentence for people.
  public var description: String { "cannot convert \(subject): \(reason)" }
}

/// The default converter: JSON with sorted keys, `binary/plain` for bytes, `binary/null` for ``Empty`` and `nil`.
public struct JSONPayloadConverter: PayloadConverter {
  /// Creates the converter.
  public init() {}

  /// Encodes a value as JSON; dates are ISO 8601, keys are sorted so that equal values give equal bytes.
  public func payload(for value: some Encodable) throws -> Payload {
    if let payload = shortcut(value) { return payload }
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .iso8601
      return Payload(metadata: Payload.jsonMetadata, data: Array(try encoder.encode(value)))
    } catch {
      throw PayloadConversionError(subject: "a value of \(type(of: value))", reason: describe(error))
    }
  }

  /// Decodes JSON, raw bytes and null.
  public func value<Value: Decodable>(of payload: Payload, as type: Value.Type) throws -> Value {
    switch payload.encoding {
    case Payload.jsonPlain:
      return try decodeJSON(payload.data, as: type)
    case Payload.binaryNull:
      if let empty = Empty() as? Value { return empty }
      return try decodeJSON(Array("null".utf8), as: type)
    case Payload.binaryPlain:
      if type == [UInt8].self, let bytes = payload.data as? Value { return bytes }
      if type == Data.self, let bytes = Data(payload.data) as? Value { return bytes }
      throw PayloadConversionError(
        subject: "\(type)", reason: "the payload holds raw bytes; decode it as [UInt8] or Data")
    case let encoding:
      throw PayloadConversionError(
        subject: "\(type)", reason: "its encoding '\(encoding)' is not one this converter knows")
    }
  }

  private func decodeJSON<Value: Decodable>(_ data: [UInt8], as type: Value.Type) throws -> Value {
    if type == Int.self, let number = plainInteger(data) as? Value { return number }
    if type == Empty.self, let empty = Empty() as? Value { return empty }
    do {
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      return try decoder.decode(type, from: Data(data))
    } catch {
      throw PayloadConversionError(subject: "\(type)", reason: describe(error))
    }
  }

  /// Values that need no encoder. The static type decides: an empty array of another type also casts to `[UInt8]`.
  private func shortcut<Value: Encodable>(_ value: Value) -> Payload? {
    switch Value.self {
    case is Empty.Type:
      return .null
    case is Int.Type:
      return (value as? Int).map { Payload(metadata: Payload.jsonMetadata, data: Array(String($0).utf8)) }
    case is Bool.Type:
      return Payload(metadata: Payload.jsonMetadata, data: Array((value as? Bool == true ? "true" : "false").utf8))
    case is String.Type:
      let data = (value as? String).flatMap(plainJSONString)
      return data.map { Payload(metadata: Payload.jsonMetadata, data: $0) }
    case is [UInt8].Type:
      return (value as? [UInt8]).map { Payload(metadata: Payload.bytesMetadata, data: $0) }
    case is Data.Type:
      return (value as? Data).map { Payload(metadata: Payload.bytesMetadata, data: Array($0)) }
    case is Payload.Type:
      return value as? Payload
    default:
      return nil
    }
  }

  /// A JSON string literal for text that needs no escapes; `nil` sends the text to the full encoder.
  private func plainJSONString(_ text: String) -> [UInt8]? {
    var data: [UInt8] = [0x22]
    data.reserveCapacity(text.utf8.count + 2)
    for byte in text.utf8 {
      guard byte >= 0x20, byte < 0x7F, byte != 0x22, byte != 0x5C else { return nil }
      data.append(byte)
    }
    data.append(0x22)
    return data
  }

  private func plainInteger(_ data: [UInt8]) -> Int? {
    guard data.count <= 20 else { return nil }
    return Int(String(decoding: data, as: UTF8.self))
  }
}

private func describe(_ error: any Error) -> String {
  switch error {
  case let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context),
    let DecodingError.dataCorrupted(context):
    return located(context.debugDescription, context.codingPath)
  case let DecodingError.keyNotFound(key, context):
    return located("the key '\(key.stringValue)' is missing", context.codingPath)
  case let EncodingError.invalidValue(_, context):
    return located(context.debugDescription, context.codingPath)
  default:
    return "\(error)"
  }
}

private func located(_ text: String, _ path: [any CodingKey]) -> String {
  path.isEmpty ? text : "\(text) (at \(path.map(\.stringValue).joined(separator: ".")))"
}
