/// Where the next page of a history that is read backwards begins. It pins the run.
struct ReverseHistoryToken: Hashable {
  /// The run.
  var runID: String
  /// The newest event of the next page.
  var lastEventID: Int64

  init(runID: String, lastEventID: Int64) {
    self.runID = runID
    self.lastEventID = lastEventID
  }

  /// Reads a token; empty means the first page.
  init?(_ bytes: [UInt8]) throws {
    if bytes.isEmpty { return nil }
    let fields = String(validating: bytes, as: UTF8.self)?.split(separator: " ", omittingEmptySubsequences: false) ?? []
    guard fields.count == 3, fields[0] == "reverse", let last = Int64(fields[1]), last > 0, !fields[2].isEmpty else {
      throw MappingError("next_page_token", "is not one of this service")
    }
    self.init(runID: String(fields[2]), lastEventID: last)
  }

  var bytes: [UInt8] { Array("reverse \(lastEventID) \(runID)".utf8) }
}
