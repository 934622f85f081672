public protocol JournalFileSystem: Sendable {}
public struct PosixFileSystem: JournalFileSystem { public init() {} }
public struct JournalOptions: Sendable { public init() {} }
public struct RecordPointer: Hashable, Sendable { var index: UInt32 }
public struct JournalOpenReport: Sendable { public var records = 0; public var epoch = 0; public var identifier = "stub" }
public struct CommittedBatch: Sendable { let base: Int; public func pointer(at index: Int) -> RecordPointer { RecordPointer(index: UInt32(base + index)) } }
public final class Journal {
  var records: [[UInt8]] = []; var pending: [[UInt8]] = []
  public var syncCount = 0; public var bytesWritten = 0
  public static func open(directory: String, fileSystem: any JournalFileSystem, options: JournalOptions, visit: (UInt8, [UInt8], RecordPointer) throws -> Void) throws -> (Journal, JournalOpenReport) { (Journal(), JournalOpenReport()) }
  public func append(type: UInt8, body: [UInt8]) throws -> Int { pending.append(body); return pending.count - 1 }
  public func commit() throws -> CommittedBatch { let b = CommittedBatch(base: records.count); records += pending; pending = []; syncCount += 1; return b }
  public func read(_ p: RecordPointer) throws -> [UInt8] { records[Int(p.index)] }
  public func markIdle() throws {}
  public func close() throws {}
}
public struct BlobReference: Hashable, Sendable { public let hash: [UInt8]; public let length: Int; public init(hash: [UInt8], length: Int) { self.hash = hash; self.length = length } }
public final class BlobStore: Sendable {
  public init(directory: String, fileSystem: any JournalFileSystem) throws {}
  public func put(_ b: [UInt8]) throws -> BlobReference { BlobReference(hash: [], length: b.count) }
  public func get(_ r: BlobReference) throws -> [UInt8] { [] }
}
