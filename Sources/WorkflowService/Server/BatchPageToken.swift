internal import DurableWorkflows

/// Where the next page of batches begins: after a batch, in the order from the newest to the oldest. Batches that start
/// meanwhile do not shift it.
struct BatchPageToken: Hashable {
  private var startTime: Timestamp
  private var jobID: String

  init(after batch: BatchOperationDescription) {
    startTime = batch.startTime
    jobID = batch.jobID
  }

  /// Reads a token; empty means the first page.
  init?(_ bytes: [UInt8]) throws {
    if bytes.isEmpty { return nil }
    let fields =
      String(validating: bytes, as: UTF8.self)?
      .split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false) ?? []
    guard fields.count == 3, fields[0] == "batches", let time = Int64(fields[1]), !fields[2].isEmpty else {
      throw MappingError("next_page_token", "is not one of this service")
    }
    startTime = Timestamp(nanosecondsSinceEpoch: time)
    jobID = String(fields[2])
  }

  var bytes: [UInt8] { Array("batches \(startTime.nanosecondsSinceEpoch) \(jobID)".utf8) }

  /// Whether a batch is on a page that follows.
  func isBefore(_ batch: BatchOperationDescription) -> Bool {
    (batch.startTime, batch.jobID) < (startTime, jobID)
  }
}
