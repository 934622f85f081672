/// The types of the journal's records.
enum RecordType {
  static let events: UInt8 = 1
  static let state: UInt8 = 2
  static let schedule: UInt8 = 3
  /// In checkpoints only: a run.
  static let image: UInt8 = 4
  /// In checkpoints only: events of the run whose image stands before.
  static let history: UInt8 = 5
  /// In checkpoints only: the engine itself.
  static let engine: UInt8 = 6
  static let batch: UInt8 = 7
}
