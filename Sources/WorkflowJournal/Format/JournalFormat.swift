/// Facts about the files that several parts share.
///
/// A journal directory holds
/// - `NNNNNNNN.journal`: segments, numbered from 1 without gaps. The first block is the ``SegmentHeader``, then come
///   batches, each padded to the segment's alignment, then zeros up to the size that the header states. The file has
///   that size from the start and keeps it.
/// - `MANIFEST`: the ``Manifest``, replaced by renaming at every open and at every new segment.
/// - `LOCK`: what the owner locks; never removed. Its text is the owner's process id.
/// - `NNNNNNNN-OFFSET.torn`: bytes of an unfinished write that an open found and set aside.
/// - `SUSPECT`: left by an owner whose write or sync failed, so that the next open begins a new segment instead of
///   appending to one that the device may have failed. It need not survive a crash, which empties the cache.
/// - `blobs/`: the files of a ``BlobStore``.
/// - `*.tmp`: unfinished files, removed at the next open.
enum JournalFormat {
  /// The major version. A reader refuses every other.
  static let majorVersion: UInt16 = 1
  /// Feature bits that this version knows and a reader must know. Others make it refuse.
  static let requiredFeatures: UInt32 = 0
  /// Feature bits that this version sets and a reader may ignore.
  static let optionalFeatures: UInt32 = 0

  static let manifestName = "MANIFEST"
  static let lockName = "LOCK"
  static let suspectName = "SUSPECT"
  static let blobDirectoryName = "blobs"
  static let temporarySuffix = ".tmp"
  static let segmentSuffix = ".journal"
  static let tornSuffix = ".torn"

  /// The unit in which sizes are rounded when a file may hold segments of either alignment.
  static let smallestAlignment = 512

  static func roundUp(_ value: Int, to alignment: Int) -> Int {
    (value + alignment - 1) / alignment * alignment
  }

  static func segmentName(_ index: UInt32) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits + segmentSuffix
  }

  /// The index in the name of a segment file, or `nil` when the name is something else's.
  static func segmentIndex(_ name: String) -> UInt32? {
    guard name.hasSuffix(segmentSuffix) else { return nil }
    guard let index = UInt32(name.dropLast(segmentSuffix.count)), index > 0, segmentName(index) == name else {
      return nil
    }
    return index
  }

  static func tornName(_ index: UInt32, offset: Int) -> String {
    segmentName(index).dropLast(segmentSuffix.count) + "-\(offset)" + tornSuffix
  }

  static func path(_ directory: String, _ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }
}
