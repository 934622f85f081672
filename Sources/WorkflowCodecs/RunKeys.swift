internal import Crypto
internal import DurableWorkflows
internal import Foundation
internal import Synchronization

/// A data key for every workflow id, in files beside the journal, each encrypted with a master key. Destroying a key
/// erases all that the runs of that id left behind, wherever it lies: in the journal, in its checkpoints, in backups.
///
/// A file holds the generations of one id's keys, one per line: `number master-key-id wrapped-key`, or `number erased`.
/// It is durable before a key is used. Use one object for a directory, in one process at a time.
public final class RunKeys: Sendable {
  private struct Generation {
    var number: Int
    /// `nil`: erased.
    var wrapped: (masterID: String, bytes: [UInt8])?
  }

  /// Keys that were used lately, at most ``cacheSize``.
  private let cache = Mutex<[String: [Int: SymmetricKey]]>([:])
  private static let cacheSize = 10_000

  private let directory: String
  private let master: EncryptionKeys
  /// Held while a file is read and replaced.
  private let files = Mutex(())

  /// The keys in a directory, which is created when missing, readable by its owner only.
  ///
  /// - Throws: ``PayloadCodecError``, code `unavailable`.
  public init(directory: String, master: EncryptionKeys) throws {
    self.directory = directory
    self.master = master
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw PayloadCodecError(.unavailable, "the directory of the run keys '\(directory)' cannot be made: \(error)")
    }
  }

  // MARK: Use

  /// The key that encrypts for a workflow id, made when there is none.
  func current(_ context: PayloadContext) throws -> (reference: String, key: SymmetricKey) {
    guard !context.workflowID.isEmpty else {
      throw PayloadCodecError(
        .unavailable, "it is not known to which run a value belongs; bind the converter to a workflow id first")
    }
    let name = Self.fileName(context)
    if let known = cache.withLock({ $0[name]?.max { $0.key < $1.key } }) {
      return (Self.reference(name, known.key), known.value)
    }
    return try files.withLock { _ in
      var generations = try read(name)
      if let last = generations.last, let wrapped = last.wrapped {
        let key = try unwrap(wrapped, name, last.number)
        remember(key, name, last.number)
        return (Self.reference(name, last.number), key)
      }
      let number = (generations.last?.number ?? 0) + 1
      let key = SymmetricKey(size: .bits256)
      let bytes = try master.seal(
        key.withUnsafeBytes { Array($0) }, authenticating: Array(Self.reference(name, number).utf8))
      generations.append(Generation(number: number, wrapped: (master.currentID, bytes)))
      try write(generations, name)
      remember(key, name, number)
      return (Self.reference(name, number), key)
    }
  }

  /// The key that a payload names.
  /// - Throws: ``PayloadCodecError``: `erased`, `missingKey`, `wrongKey`, `damaged`, `unavailable`.
  func key(_ reference: String) throws -> SymmetricKey {
    let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count == 64, parts[0].allSatisfy(\.isHexDigit), let number = Int(parts[1]) else {
      throw PayloadCodecError(.damaged, "a payload names the run key '\(reference)', which is no reference")
    }
    let name = String(parts[0])
    if let key = cache.withLock({ $0[name]?[number] }) { return key }
    return try files.withLock { _ in
      guard let generation = try read(name).first(where: { $0.number == number }) else {
        throw PayloadCodecError(
          .missingKey, "the run key '\(reference)' is not in '\(directory)'; restore that directory with the journal")
      }
      guard let wrapped = generation.wrapped else {
        throw PayloadCodecError(.erased, "the data was erased: the run key '\(reference)' was destroyed")
      }
      let key = try unwrap(wrapped, name, number)
      remember(key, name, number)
      return key
    }
  }

  // MARK: Erasing

  /// Destroys all keys of a workflow id, durably: what was encrypted with them can be read by nobody any more. A run
  /// that is started under the id later gets a new key.
  ///
  /// End the run before: a run that is open when its data is erased is blocked for good and can only be terminated. An
  /// operating system and a device may keep old versions of a file; what they keep is the wrapped key, so destroy the
  /// master key in turn, after rotating it, where that matters.
  ///
  /// - Returns: whether there was a key.
  /// - Throws: ``PayloadCodecError``, code `unavailable`: the keys may still be there; repeat the call.
  @discardableResult
  public func erase(workflowID: String, namespace: String = "default") throws -> Bool {
    let name = Self.fileName(PayloadContext(namespace: namespace, workflowID: workflowID))
    return try files.withLock { _ in
      let generations = try read(name)
      guard generations.contains(where: { $0.wrapped != nil }) else { return false }
      let erased = generations.map { Generation(number: $0.number, wrapped: nil) }
      try RunKeyFile.destroy(path(name), in: directory, leaving: text(erased))
      cache.withLock { $0[name] = nil }
      return true
    }
  }

  /// Encrypts the keys of all ids with the current master key again, so that older master keys are not needed any more.
  ///
  /// - Returns: how many keys were encrypted again.
  public func rewrap() throws -> Int {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.count == 64 }
    } catch {
      throw PayloadCodecError(.unavailable, "the run keys in '\(directory)' cannot be listed: \(error)")
    }
    var count = 0
    for name in names {
      try files.withLock { _ in
        var generations = try read(name)
        var isChanged = false
        for (index, generation) in generations.enumerated() {
          guard let wrapped = generation.wrapped, wrapped.masterID != master.currentID else { continue }
          let key = try unwrap(wrapped, name, generation.number)
          let bytes = try master.seal(
            key.withUnsafeBytes { Array($0) }, authenticating: Array(Self.reference(name, generation.number).utf8))
          generations[index].wrapped = (master.currentID, bytes)
          count += 1
          isChanged = true
        }
        if isChanged { try write(generations, name) }
      }
    }
    return count
  }

  // MARK: Files

  private static func fileName(_ context: PayloadContext) -> String {
    // The lengths keep two pairs from having one name.
    let text = "\(context.namespace.utf8.count):\(context.namespace)\(context.workflowID)"
    return SHA256.hash(data: Array(text.utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private static func reference(_ name: String, _ number: Int) -> String { "\(name)/\(number)" }

  private func path(_ name: String) -> String { directory + "/" + name }

  private func remember(_ key: SymmetricKey, _ name: String, _ number: Int) {
    cache.withLock { cache in
      if cache.count >= RunKeys.cacheSize { cache.removeAll(keepingCapacity: true) }
      cache[name, default: [:]][number] = key
    }
  }

  private func unwrap(
    _ wrapped: (masterID: String, bytes: [UInt8]), _ name: String, _ number: Int
  ) throws -> SymmetricKey {
    let bytes = try master.open(
      wrapped.bytes, keyID: wrapped.masterID, authenticating: Array(Self.reference(name, number).utf8))
    guard bytes.count == EncryptionKeys.byteCount else {
      throw PayloadCodecError(.damaged, "the run key '\(name)/\(number)' has \(bytes.count) bytes")
    }
    return SymmetricKey(data: bytes)
  }

  private func read(_ name: String) throws -> [Generation] {
    guard let text = try RunKeyFile.read(path(name)) else { return [] }
    return try text.split(separator: "\n").map { line in
      let fields = line.split(separator: " ")
      guard let first = fields.first, let number = Int(first) else { throw damaged(name) }
      if fields.count == 2, fields[1] == "erased" { return Generation(number: number, wrapped: nil) }
      guard fields.count == 3, let id = Data(base64Encoded: String(fields[1])),
        let bytes = Data(base64Encoded: String(fields[2]))
      else { throw damaged(name) }
      return Generation(number: number, wrapped: (String(decoding: id, as: UTF8.self), Array(bytes)))
    }
  }

  private func write(_ generations: [Generation], _ name: String) throws {
    try RunKeyFile.replace(path(name), in: directory, with: text(generations))
  }

  private func text(_ generations: [Generation]) -> String {
    generations.map { generation in
      guard let wrapped = generation.wrapped else { return "\(generation.number) erased\n" }
      let id = Data(wrapped.masterID.utf8).base64EncodedString()
      return "\(generation.number) \(id) \(Data(wrapped.bytes).base64EncodedString())\n"
    }.joined()
  }

  private func damaged(_ name: String) -> PayloadCodecError {
    PayloadCodecError(.damaged, "the file of run keys '\(path(name))' is damaged; restore it from a copy")
  }
}
