/// Changes payloads on their way into histories and back: compresses, encrypts. Temporal's payload codec.
///
/// A codec runs where values are converted: in workflow and activity code and in clients. It needs no determinism (the
/// same payload may be encoded differently each time, with a new nonce), but it is synchronous and quick: the other
/// runs of the engine wait while it works for a workflow. What it encodes it must decode for as long as a history
/// lives.
public protocol PayloadCodec: Sendable {
  /// Encodes a payload. What it leaves alone it returns as it is.
  /// - Throws: ``PayloadCodecError``.
  func encode(_ payload: Payload, in context: PayloadContext) throws -> Payload

  /// Decodes a payload. One that this codec did not encode is returned as it is, so that a codec can be added to a
  /// history without it.
  /// - Throws: ``PayloadCodecError``.
  func decode(_ payload: Payload, in context: PayloadContext) throws -> Payload
}

/// What a payload belongs to, as far as it is known where it is converted.
public struct PayloadContext: Hashable, Sendable {
  /// The namespace of the run.
  public var namespace: String
  /// The workflow id of the run; empty when it is not known.
  public var workflowID: String

  /// A context.
  public init(namespace: String = "default", workflowID: String = "") {
    self.namespace = namespace
    self.workflowID = workflowID
  }
}

/// A payload cannot be encoded or decoded for a reason that lies outside of it: a key, a file, damage.
///
/// In a workflow it blocks the run, which goes on when the cause is gone: nothing is lost. An activity's attempt fails
/// and is repeated; a client gets the error.
public struct PayloadCodecError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of a ``PayloadCodecError``. More kinds may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Value: String { case missingKey, wrongKey, erased, damaged, invalidKey, unavailable }
    private let value: Value

    /// The key that the payload names was not given.
    public static let missingKey = Code(value: .missingKey)
    /// The payload cannot be decrypted with the key that was given under its key's name.
    public static let wrongKey = Code(value: .wrongKey)
    /// The key was destroyed: the data is gone for ever.
    public static let erased = Code(value: .erased)
    /// The payload is not what a codec has written.
    public static let damaged = Code(value: .damaged)
    /// A key, or a file or variable with keys, is not as it has to be.
    public static let invalidKey = Code(value: .invalidKey)
    /// What the codec needs cannot be had at the moment.
    public static let unavailable = Code(value: .unavailable)

    /// The code's name.
    public var description: String { value.rawValue }
  }

  /// The kind of error.
  public var code: Code
  /// What is wrong and what to do; never the payload's data.
  public var message: String

  /// An error of the given parts.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The code and the message.
  public var description: String { "\(code): \(message)" }
}
