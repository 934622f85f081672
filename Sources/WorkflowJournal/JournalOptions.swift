/// How a journal is laid out and prepared. The layout applies to new segments; existing ones keep theirs.
public struct JournalOptions: Sendable {
  /// When the next segment is zero-filled.
  public struct Preparation: Hashable, Sendable {
    private enum Kind { case automatic, background, inline }
    private let kind: Kind

    /// On a background thread, unless the file system prefers it inline
    /// (``JournalFileSystem/prefersInlinePreparation``).
    public static let automatic = Preparation(kind: .automatic)
    /// On a background thread.
    public static let background = Preparation(kind: .background)
    /// During the commit that crosses ``JournalOptions/preparationThreshold``: slower, deterministic.
    public static let inline = Preparation(kind: .inline)
  }

  /// The size in bytes to which segments grow. A multiple of ``alignment``, below 4 GiB.
  public var segmentSize: Int
  /// The size in bytes of a journal's first segment; each further one is twice as long, up to ``segmentSize``.
  /// Small journals are then created, scanned and kept cheaply. Values above ``segmentSize`` mean that.
  public var initialSegmentSize: Int
  /// What batches are padded to, in bytes: 4096 or 512. A block with acknowledged data is never written again.
  public var alignment: Int
  /// The longest record body in bytes that ``Journal/append(type:body:)-([UInt8],_)`` accepts.
  public var maximumRecordLength: Int
  /// The size in bytes at which a checkpoint goes on in a further file. A multiple of ``alignment``, below 4 GiB.
  public var checkpointPartSize: Int
  /// When the next segment is prepared.
  public var preparation: Preparation
  /// How full the current segment is, in percent, when the next one is prepared.
  public var preparationThreshold: Int
  /// Whether opening waits until the present owner, in another process, lets the journal go, instead of failing.
  public var waitsForLock: Bool
  /// The identifier for a new journal; `nil` for a random one. Ignored when the journal exists.
  public var identifier: JournalIdentifier?

  /// Options with the given values.
  public init(
    segmentSize: Int = 64 << 20,
    initialSegmentSize: Int = 4 << 20,
    alignment: Int = 4096,
    maximumRecordLength: Int = 64 << 20,
    checkpointPartSize: Int = 256 << 20,
    preparation: Preparation = .automatic,
    preparationThreshold: Int = 50,
    waitsForLock: Bool = false,
    identifier: JournalIdentifier? = nil
  ) {
    self.segmentSize = segmentSize
    self.initialSegmentSize = initialSegmentSize
    self.alignment = alignment
    self.maximumRecordLength = maximumRecordLength
    self.checkpointPartSize = checkpointPartSize
    self.preparation = preparation
    self.preparationThreshold = preparationThreshold
    self.waitsForLock = waitsForLock
    self.identifier = identifier
  }

  /// The longest file in bytes in which every offset fits a ``RecordPointer``.
  static let maximumFileSize = 0xFFFF_F000

  func validate() throws(JournalError) {
    func require(_ condition: Bool, _ message: String) throws(JournalError) {
      guard condition else { throw JournalError(.invalidOptions, message) }
    }
    try require(alignment == 4096 || alignment == 512, "alignment is \(alignment); it must be 4096 or 512")
    for (name, size) in [
      ("segmentSize", segmentSize), ("initialSegmentSize", initialSegmentSize),
      ("checkpointPartSize", checkpointPartSize),
    ] {
      try require(
        size >= 4 * alignment && size <= Self.maximumFileSize && size % alignment == 0,
        "\(name) is \(size); it must be a multiple of \(alignment) from \(4 * alignment) to \(Self.maximumFileSize)"
      )
    }
    try require(
      (1...(1 << 30)).contains(maximumRecordLength),
      "maximumRecordLength is \(maximumRecordLength); it must be from 1 byte to 1 GiB"
    )
    try require(
      (1...100).contains(preparationThreshold),
      "preparationThreshold is \(preparationThreshold); it is a percentage"
    )
  }
}
